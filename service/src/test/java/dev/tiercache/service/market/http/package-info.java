/** The source {@code http} against a server that can do everything wrong. */
@NullMarked
package dev.tiercache.service.market.http;

import org.jspecify.annotations.NullMarked;
