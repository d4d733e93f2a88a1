/** Tests of this package. */
@NullMarked
package dev.tiercache.service.cache.l2;

import org.jspecify.annotations.NullMarked;
