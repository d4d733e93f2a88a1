/** Tests of this package. */
@NullMarked
package dev.tiercache.service.cache.flight;

import org.jspecify.annotations.NullMarked;
