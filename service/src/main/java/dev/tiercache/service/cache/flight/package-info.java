/** Bounds on concurrent work: one flight a key, so many computations at once. */
@NullMarked
package dev.tiercache.service.cache.flight;

import org.jspecify.annotations.NullMarked;
