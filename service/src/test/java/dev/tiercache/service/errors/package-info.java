/** Tests of the error reports. */
@NullMarked
package dev.tiercache.service.errors;

import org.jspecify.annotations.NullMarked;
