/**
 * Market data: the port {@link dev.tiercache.service.market.MarketData}, its sources, and the trading calendar they share.
 */
@NullMarked
package dev.tiercache.service.market;

import org.jspecify.annotations.NullMarked;
