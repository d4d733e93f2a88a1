/** The processes that benchmarks start: the service, its peers, and what stands behind them. */
@NullMarked
package dev.tiercache.bench.process;

import org.jspecify.annotations.NullMarked;
