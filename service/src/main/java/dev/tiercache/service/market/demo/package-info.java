/** The source {@code demo}: a whole market made by rule, so that the service runs, and is tested, without any data. */
@NullMarked
package dev.tiercache.service.market.demo;

import org.jspecify.annotations.NullMarked;
