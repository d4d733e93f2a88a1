/** The way to the present master, as a well-made client goes it: Sentinels, ROLE, own reconnects, no queue of commands. */
@NullMarked
package dev.tiercache.e2e.ledger.redis;

import org.jspecify.annotations.NullMarked;
