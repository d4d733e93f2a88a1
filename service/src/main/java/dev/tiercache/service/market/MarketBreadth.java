package dev.tiercache.service.market;

import java.time.LocalDate;

/**
 * One day of the whole market. A figure that is not known is NaN.
 *
 * @param date the trading day
 * @param advancing issues that rose
 * @param declining issues that fell
 * @param volumeRatio volume over its 20-day mean
 * @param spreadBps mean bid-ask spread in basis points
 */
public record MarketBreadth(LocalDate date, double advancing, double declining, double volumeRatio, double spreadBps) {}
