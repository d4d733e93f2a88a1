@NullMarked
package dev.tiercache.bench.load;

import org.jspecify.annotations.NullMarked;
