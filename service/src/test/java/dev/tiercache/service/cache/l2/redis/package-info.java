/** Tests of the second tier against real Redis processes, and of its queues alone. */
@NullMarked
package dev.tiercache.service.cache.l2.redis;

import org.jspecify.annotations.NullMarked;
