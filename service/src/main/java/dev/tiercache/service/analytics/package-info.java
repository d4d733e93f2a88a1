/**
 * The maths of the report: pure functions on primitive arrays that depend on nothing of ours.
 *
 * <p>What holds for every function here:
 *
 * <ul>
 *   <li>A return is a simple daily return as a fraction (0.01 is +1 %). It is valid from -1 (everything lost) to 1000;
 *       anything else, NaN and infinities included, counts as missing and is left out, in a pair together with its
 *       partner.
 *   <li>Series of different lengths are aligned at their newest ends.
 *   <li>A variance below 1e-18 (a deviation below 1e-9) counts as zero: it is rounding, not risk.
 *   <li>No result is NaN or infinite, no finite input throws, and no argument is changed. Exponentials and logarithms
 *       are those of {@link java.lang.StrictMath}, so that every machine computes the same bits.
 * </ul>
 */
@NullMarked
package dev.tiercache.service.analytics;

import org.jspecify.annotations.NullMarked;
