/** Tests of this package. */
@NullMarked
package dev.tiercache.service.stream;

import org.jspecify.annotations.NullMarked;
