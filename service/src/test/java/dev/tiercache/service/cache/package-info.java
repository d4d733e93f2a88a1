/** Tests of the cache engine. */
@NullMarked
package dev.tiercache.service.cache;

import org.jspecify.annotations.NullMarked;
