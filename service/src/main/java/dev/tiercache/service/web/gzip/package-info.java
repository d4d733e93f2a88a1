/** Compressed answers made of a compressed part that is kept and a few bytes of each answer. */
@NullMarked
package dev.tiercache.service.web.gzip;

import org.jspecify.annotations.NullMarked;
