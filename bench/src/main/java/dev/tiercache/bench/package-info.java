/** Benchmarks with their peers, printing ratios. */
@NullMarked
package dev.tiercache.bench;

import org.jspecify.annotations.NullMarked;
