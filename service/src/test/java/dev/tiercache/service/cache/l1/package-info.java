/** Tests of this package. */
@NullMarked
package dev.tiercache.service.cache.l1;

import org.jspecify.annotations.NullMarked;
