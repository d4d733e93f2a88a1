package dev.tiercache.service.analytics;

import dev.tiercache.service.analytics.Samples.Pairs;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The four Phase 4 signals. Each is empty by itself where its inputs are missing: one never takes another with it. A
 * scalar input is missing where it is NaN or infinite.
 */
public final class Phase4Signals {

    /** Days that {@link #residualMomentum} looks back. */
    public static final int MOMENTUM_DAYS = 20;

    /** Days that {@link #seasonalityScore} needs. */
    public static final int SEASONALITY_DAYS = 60;

    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    private Phase4Signals() {}

    /**
     * What the options market expects: {@code clip((0.4 P + 0.4 S)(0.7 + 0.3 V))} with {@code P = clip((0.7 - pcr) /
     * 0.3)}, {@code S = clip(-skew / 0.10)}, {@code V = min(volume / 1.5, 2)}.
     *
     * @param putCallRatio put volume over call volume, never negative
     * @param ivSkew implied volatility of the 25-delta put less that of the 25-delta call, as fractions a year
     * @param volumeRatio options volume over its 20-day mean, never negative
     * @return -1 (bearish) to 1 (bullish); empty unless all three are there and possible
     */
    public static OptionalDouble optionsFlowComposite(double putCallRatio, double ivSkew, double volumeRatio) {
        if (!isAmount(putCallRatio) || !Double.isFinite(ivSkew) || !isAmount(volumeRatio)) {
            return OptionalDouble.empty();
        }
        double volume = Math.min(volumeRatio / 1.5, 2.0);
        double direction = 0.4 * putCallBias(putCallRatio) + 0.4 * Samples.clip(-ivSkew / 0.10);
        return OptionalDouble.of(Samples.clip(direction * (0.7 + 0.3 * volume)) + 0.0);
    }

    /**
     * The put/call part of the composite alone: {@code clip((0.7 - pcr) / 0.3)}.
     *
     * @param putCallRatio put volume over call volume; finite
     * @return -1 (puts prevail) to 1 (calls prevail), 0 at the usual 0.7
     */
    public static double putCallBias(double putCallRatio) {
        return Samples.clip((0.7 - putCallRatio) / 0.3);
    }

    /**
     * Residual momentum: the z-score of what an asset earned beyond its market: {@code sum(e) / (std(e) sqrt(20))}, e
     * the residuals of the least-squares fit without intercept of its last 20 returns on the market's, std with n.
     *
     * <p>Source: after Blitz, Huij and Martens, Residual Momentum (2011).
     *
     * @param asset daily simple returns
     * @param market those of the market on the same days
     * @return standard deviations; 0 where nothing is left of the asset beyond the market; empty below 20 pairs
     */
    public static OptionalDouble residualMomentum(double[] asset, double[] market) {
        Pairs pairs = Samples.pairs(asset, market).last(MOMENTUM_DAYS);
        return pairs.size() < MOMENTUM_DAYS
                ? OptionalDouble.empty()
                : OptionalDouble.of(zScore(without(pairs.first(), pairs.second())));
    }

    /**
     * As {@link #residualMomentum(double[], double[])}, with the joint fit on market and sector. A sector with fewer
     * than 20 of the days is left out of the fit.
     *
     * @param asset daily simple returns
     * @param market those of the market on the same days
     * @param sector those of the sector on the same days
     * @return standard deviations; empty below 20 pairs of asset and market
     */
    public static OptionalDouble residualMomentum(double[] asset, double[] market, double[] sector) {
        int length = Math.min(Math.min(asset.length, market.length), sector.length);
        double[] sectorTail = newest(sector, length);
        double[] assetTail = newest(asset, length);
        double[] marketTail = newest(market, length);
        for (int i = 0; i < length; i++) { // a day without the sector is a day without a triple
            if (!Samples.isReturn(sectorTail[i])) {
                assetTail[i] = Double.NaN;
            }
            if (!Samples.isReturn(assetTail[i]) || !Samples.isReturn(marketTail[i])) {
                sectorTail[i] = Double.NaN;
            }
        }
        Pairs pairs = Samples.pairs(assetTail, marketTail).last(MOMENTUM_DAYS);
        if (pairs.size() < MOMENTUM_DAYS) {
            return residualMomentum(asset, market);
        }
        double[] validSector = newest(Samples.returns(sectorTail), MOMENTUM_DAYS);
        // Gram and Schmidt: the part of the sector that the market does not explain is at a right angle to the market,
        // so the joint fit is two single fits, also where sector and market are the same.
        double[] ownSector = without(validSector, pairs.second());
        return OptionalDouble.of(zScore(without(without(pairs.first(), pairs.second()), ownSector)));
    }

    /**
     * Seasonality: {@code (T + D) / 2}. T is the turn of the month: {@code clip(d / 0.01)}, d the mean return on days of
     * the month from 28 or up to 2 less that of the other days. D is the weekday: {@code clip(d / 0.005)}, d the mean
     * return on the weekday of the newest day less that of all days.
     *
     * <p>Source: after Lakonishok and Smidt, Are Seasonal Anomalies Real? (1988).
     *
     * @param epochDays the trading date of each return, as days since 1970-01-01, ascending
     * @param returns daily simple returns
     * @return -1 to 1; T is 0 where there are no days of either kind; empty below 60 days
     */
    public static OptionalDouble seasonalityScore(long[] epochDays, double[] returns) {
        int length = Math.min(epochDays.length, returns.length);
        long[] days = Arrays.copyOfRange(epochDays, epochDays.length - length, epochDays.length);
        double[] values = newest(returns, length);
        int last = length - 1;
        while (last >= 0 && !isObservation(days[last], values[last])) {
            last--;
        }
        if (last < 0) {
            return OptionalDouble.empty();
        }
        DayOfWeek weekday = LocalDate.ofEpochDay(days[last]).getDayOfWeek();
        Mean all = new Mean();
        Mean turn = new Mean();
        Mean others = new Mean();
        Mean sameWeekday = new Mean();
        for (int i = 0; i <= last; i++) {
            if (!isObservation(days[i], values[i])) {
                continue;
            }
            LocalDate date = LocalDate.ofEpochDay(days[i]);
            all.add(values[i]);
            (date.getDayOfMonth() >= 28 || date.getDayOfMonth() <= 2 ? turn : others).add(values[i]);
            if (date.getDayOfWeek() == weekday) {
                sameWeekday.add(values[i]);
            }
        }
        if (all.count < SEASONALITY_DAYS) {
            return OptionalDouble.empty();
        }
        double turnOfMonth =
                turn.count == 0 || others.count == 0 ? 0 : Samples.clip((turn.value() - others.value()) / 0.01);
        double dayOfWeek = Samples.clip((sameWeekday.value() - all.value()) / 0.005);
        return OptionalDouble.of((turnOfMonth + dayOfWeek) / 2 + 0.0);
    }

    /**
     * How many take part in the market's move, and how easily it trades: {@code A = (adv - dec) / (adv + dec)}, {@code k
     * = 0.8 + 0.2 min(volume, 2)}, {@code L = clip((15 - spread) / 10)}; {@code clip((0.6 A + 0.4 L) k)}, or {@code
     * clip(A k)} without a spread.
     *
     * @param advancing issues that rose, never negative
     * @param declining issues that fell, never negative; the score is 0 where neither rose nor fell any
     * @param volumeRatio market volume over its 20-day mean, never negative
     * @param spreadBps mean bid-ask spread in basis points; NaN, infinite or negative (a crossed book) is "not there"
     * @return -1 to 1; empty unless advancing, declining and volume are there and possible
     */
    public static OptionalDouble breadthLiquidity(
            double advancing, double declining, double volumeRatio, double spreadBps) {
        if (!isAmount(advancing) || !isAmount(declining) || !isAmount(volumeRatio)) {
            return OptionalDouble.empty();
        }
        double issues = advancing / 2 + declining / 2; // halves: the sum of two finite numbers may not be finite
        if (issues == 0) {
            return OptionalDouble.of(0);
        }
        double breadth = (advancing / 2 - declining / 2) / issues;
        double volume = 0.8 + 0.2 * Math.min(volumeRatio, 2.0);
        double score = isAmount(spreadBps)
                ? (0.6 * breadth + 0.4 * Samples.clip((15 - spreadBps) / 10)) * volume
                : breadth * volume;
        return OptionalDouble.of(Samples.clip(score) + 0.0);
    }

    private static boolean isAmount(double value) {
        return value >= 0 && Double.isFinite(value);
    }

    private static boolean isObservation(long day, double value) {
        return Samples.isReturn(value) && day >= FIRST_DAY && day <= LAST_DAY;
    }

    private static double[] newest(double[] series, int count) {
        return Arrays.copyOfRange(series, Math.max(0, series.length - count), series.length);
    }

    /** Residuals of the fit of {@code values} on {@code factor}, without intercept; a factor of nothing explains nothing. */
    private static double[] without(double[] values, double[] factor) {
        double product = 0;
        double square = 0;
        for (int i = 0; i < values.length; i++) {
            product += values[i] * factor[i];
            square += factor[i] * factor[i];
        }
        double slope = Samples.root(square / values.length) == 0 ? 0 : product / square;
        double[] residuals = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            residuals[i] = values[i] - slope * factor[i];
        }
        return residuals;
    }

    private static double zScore(double[] residuals) {
        double deviation = Samples.populationDeviation(residuals);
        return deviation == 0 ? 0 : Samples.sum(residuals) / (deviation * Math.sqrt(residuals.length)) + 0.0;
    }

    /** A running mean; 0 where nothing was added. */
    private static final class Mean {
        private double sum;
        private int count;

        void add(double value) {
            sum += value;
            count++;
        }

        double value() {
            return count == 0 ? 0 : sum / count;
        }
    }
}
