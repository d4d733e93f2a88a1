/** The source {@code http}: a server that answers with market data as text, asked with care and remembered for a while. */
@NullMarked
package dev.tiercache.service.market.http;

import org.jspecify.annotations.NullMarked;
