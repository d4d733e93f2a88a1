/**
 * The two-tier cache engine: bytes in, bytes out. It knows neither Spring nor HTTP nor reports.
 *
 * <p>{@link dev.tiercache.service.cache.TieredCache} is the way in; its class comment tells the whole flow of a read.
 */
@NullMarked
package dev.tiercache.service.cache;

import org.jspecify.annotations.NullMarked;
