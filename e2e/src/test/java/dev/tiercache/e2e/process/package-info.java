/** Tests on real redis-server and redis-sentinel processes of this machine, and what they stand on. */
@NullMarked
package dev.tiercache.e2e.process;

import org.jspecify.annotations.NullMarked;
