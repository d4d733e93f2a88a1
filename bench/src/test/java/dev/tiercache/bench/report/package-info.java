@NullMarked
package dev.tiercache.bench.report;

import org.jspecify.annotations.NullMarked;
