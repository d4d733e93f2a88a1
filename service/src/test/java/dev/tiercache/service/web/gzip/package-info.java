/** Tests of compressed answers. */
@NullMarked
package dev.tiercache.service.web.gzip;

import org.jspecify.annotations.NullMarked;
