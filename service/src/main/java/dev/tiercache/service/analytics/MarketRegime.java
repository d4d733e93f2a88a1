package dev.tiercache.service.analytics;

import java.util.Arrays;
import java.util.Optional;

/** How nervous the market is, by the benchmark's volatility of {@value #DAYS} days and its drawdown. */
public enum MarketRegime {
    /** Volatility below 10 % a year. */
    LOW_VOL("Low-Vol"),
    /** Volatility from 10 % to below 20 % a year. */
    NORMAL("Normal"),
    /** Volatility of 20 % a year or more, and no crisis. */
    HIGH_VOL("High-Vol"),
    /** Volatility of 40 % a year or more, or of 25 % or more while 20 % or more below the peak. */
    CRISIS("Crisis");

    /** The newest returns that the volatility is taken from. */
    public static final int DAYS = 20;

    private final String label;

    MarketRegime(String label) {
        this.label = label;
    }

    /** The name that reports use. */
    public String label() {
        return label;
    }

    /**
     * Finds the regime that the newest day is in.
     *
     * @param benchmark daily simple returns of the benchmark, oldest first; the peak is that of the whole series
     * @return empty where there are fewer than {@value #DAYS} returns
     */
    public static Optional<MarketRegime> of(double[] benchmark) {
        double[] valid = Samples.returns(benchmark);
        if (valid.length < DAYS) {
            return Optional.empty();
        }
        double[] newest = Arrays.copyOfRange(valid, valid.length - DAYS, valid.length);
        double volatility = PerformanceMetrics.volatility(newest);
        double depth = RiskMetrics.depths(valid)[valid.length - 1];
        if (volatility >= 0.40 || (volatility >= 0.25 && depth <= -0.20)) {
            return Optional.of(CRISIS);
        }
        if (volatility >= 0.20) {
            return Optional.of(HIGH_VOL);
        }
        return Optional.of(volatility < 0.10 ? LOW_VOL : NORMAL);
    }
}
