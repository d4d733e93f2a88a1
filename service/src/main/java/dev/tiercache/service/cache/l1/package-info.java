/** The first tier: values in this process's heap. */
@NullMarked
package dev.tiercache.service.cache.l1;

import org.jspecify.annotations.NullMarked;
