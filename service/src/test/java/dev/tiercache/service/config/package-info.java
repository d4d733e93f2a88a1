/** Tests of this package. */
@NullMarked
package dev.tiercache.service.config;

import org.jspecify.annotations.NullMarked;
