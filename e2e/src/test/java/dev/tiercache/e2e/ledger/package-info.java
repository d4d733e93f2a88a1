@NullMarked
package dev.tiercache.e2e.ledger;

import org.jspecify.annotations.NullMarked;
