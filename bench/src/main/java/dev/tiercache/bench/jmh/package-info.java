/** Benchmarks of the library's read paths beside those of other libraries, in JMH. */
@NullMarked
package dev.tiercache.bench.jmh;

import org.jspecify.annotations.NullMarked;
