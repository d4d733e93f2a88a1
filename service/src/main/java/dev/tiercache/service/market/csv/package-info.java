/** The source {@code csv}: a folder of files that are read again when they change. */
@NullMarked
package dev.tiercache.service.market.csv;

import org.jspecify.annotations.NullMarked;
