/** Programs that the service is measured against, where a peer is a library and not a server. */
@NullMarked
package dev.tiercache.bench.peer;

import org.jspecify.annotations.NullMarked;
