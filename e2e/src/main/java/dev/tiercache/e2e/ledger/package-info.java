/** The checking client: what became of every write that Redis acknowledged, whatever happened to Redis meanwhile. */
@NullMarked
package dev.tiercache.e2e.ledger;

import org.jspecify.annotations.NullMarked;
