/** Errors that somebody should look at, and where they are reported to. */
@NullMarked
package dev.tiercache.service.errors;

import org.jspecify.annotations.NullMarked;
