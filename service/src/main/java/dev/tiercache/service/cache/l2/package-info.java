/** The second tier: values in Redis, the link to it, and how they are written there. */
@NullMarked
package dev.tiercache.service.cache.l2;

import org.jspecify.annotations.NullMarked;
