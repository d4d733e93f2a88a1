/** Limits of how often something happens. */
@NullMarked
package dev.tiercache.service.limit;

import org.jspecify.annotations.NullMarked;
