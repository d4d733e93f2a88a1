/** What asks the servers: closed loops, open loops, herds. */
@NullMarked
package dev.tiercache.bench.load;

import org.jspecify.annotations.NullMarked;
