/** Results, and how they are written down. */
@NullMarked
package dev.tiercache.bench.report;

import org.jspecify.annotations.NullMarked;
