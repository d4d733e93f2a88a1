/** Real Redis processes for tests. */
@NullMarked
package dev.tiercache.service.redis;

import org.jspecify.annotations.NullMarked;
