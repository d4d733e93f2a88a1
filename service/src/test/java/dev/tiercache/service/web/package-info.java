/** Tests of this package. */
@NullMarked
package dev.tiercache.service.web;

import org.jspecify.annotations.NullMarked;
