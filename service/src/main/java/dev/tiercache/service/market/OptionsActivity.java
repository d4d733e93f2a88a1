package dev.tiercache.service.market;

import java.time.LocalDate;

/**
 * One day of options trading in one symbol. A figure that is not known is NaN.
 *
 * @param date the trading day
 * @param putCallRatio put volume over call volume
 * @param ivSkew implied volatility of the 25-delta put less that of the 25-delta call, as fractions a year
 * @param volumeRatio volume over its 20-day mean
 */
public record OptionsActivity(LocalDate date, double putCallRatio, double ivSkew, double volumeRatio) {}
