/** What the cache counts. */
@NullMarked
package dev.tiercache.service.cache.metrics;

import org.jspecify.annotations.NullMarked;
