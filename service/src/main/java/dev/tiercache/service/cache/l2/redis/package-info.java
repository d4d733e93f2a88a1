/** L2 in Redis, over Lettuce: one connection for data and for invalidations, and one owner of that connection. */
@NullMarked
package dev.tiercache.service.cache.l2.redis;

import org.jspecify.annotations.NullMarked;
