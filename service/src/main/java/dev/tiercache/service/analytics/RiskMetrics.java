package dev.tiercache.service.analytics;

import dev.tiercache.service.analytics.Samples.Pairs;
import java.util.Arrays;

/** The seven figures of the report's risk panel. */
public final class RiskMetrics {

    /** What {@link #omega} is where nothing was lost: the ratio has no bound there. */
    public static final double OMEGA_CAP = 1000;

    private static final double TAIL = 0.05;

    private RiskMetrics() {}

    /**
     * Omega ratio about a threshold of 0: the sum of the gains over the sum of the losses.
     *
     * <p>Source: Keating and Shadwick, A Universal Performance Measure (2002).
     *
     * @param returns daily simple returns
     * @return ratio, 0 to {@value #OMEGA_CAP}; the cap where there are gains and no loss; 0 where there is no gain, also
     *     where there is nothing at all
     */
    public static double omega(double[] returns) {
        double gains = 0;
        double losses = 0;
        for (double r : Samples.returns(returns)) {
            gains += Math.max(r, 0);
            losses += Math.max(-r, 0);
        }
        return gains == 0 ? 0 : Math.min(gains / losses, OMEGA_CAP);
    }

    /**
     * Graham and Harvey's measure 1: the mean return less that of the mix of benchmark and risk-free (4 % a year) which
     * has the same volatility: {@code mean(r) - (w mean(b) + (1 - w) rf)}, {@code w = std(r) / std(b)}.
     *
     * <p>Source: Graham and Harvey, Grading the Performance of Market Timing Newsletters (1997).
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return percent a year (mean of the days times 252); 0 below two days, and where the benchmark does not move but
     *     the returns do, since no mix has their volatility. Where neither moves, the mix is all risk-free
     */
    public static double gh1(double[] returns, double[] benchmark) {
        Pairs pairs = Samples.pairs(returns, benchmark);
        if (pairs.size() < 2) {
            return 0;
        }
        double deviation = Samples.populationDeviation(pairs.first());
        double benchmarkDeviation = Samples.populationDeviation(pairs.second());
        if (benchmarkDeviation == 0 && deviation > 0) {
            return 0;
        }
        double weight = deviation == 0 ? 0 : deviation / benchmarkDeviation;
        double mix = weight * Samples.mean(pairs.second()) + (1 - weight) * Samples.RISK_FREE_A_DAY;
        return percent((Samples.mean(pairs.first()) - mix) * Samples.DAYS_A_YEAR);
    }

    /**
     * Pain index: the mean, over all days, of how far wealth is below its running peak. Wealth and peak start at 1.
     *
     * <p>Source: Becker and Moore, The Pain Index (Zephyr Associates, 2006); unlike the ulcer index nothing is squared.
     *
     * @param returns daily simple returns
     * @return percent, 0 to 100; 0 where there is no return
     */
    public static double painIndex(double[] returns) {
        double[] depths = depths(returns);
        return depths.length == 0 ? 0 : percent(-Samples.mean(depths));
    }

    /**
     * Maximum drawdown: the deepest fall of wealth from its running peak. Wealth and peak start at 1, so a loss on the
     * first day counts.
     *
     * @param returns daily simple returns
     * @return percent, -100 to 0; 0 where wealth never falls
     */
    public static double maxDrawdown(double[] returns) {
        return percent(Arrays.stream(depths(returns)).min().orElse(0));
    }

    /**
     * Conditional value at risk at 95 %: the mean of the worst 5 % of days. 5 % of n days is rarely whole: the last day
     * of the tail counts with the fraction that is left, so the weight is exact for any n.
     *
     * <p>Source: Rockafellar and Uryasev, Conditional Value-at-Risk for General Loss Distributions (2002).
     *
     * @param returns daily simple returns
     * @return percent a day, negative for a loss; the worst day where 5 % are less than one day; 0 where there is none
     */
    public static double cvar95(double[] returns) {
        double[] sorted = Samples.returns(returns);
        if (sorted.length == 0) {
            return 0;
        }
        Arrays.sort(sorted);
        double tail = TAIL * sorted.length;
        int whole = (int) tail;
        double sum = (tail - whole) * sorted[whole]; // whole < length: the tail is 5 % of it
        for (int i = 0; i < whole; i++) {
            sum += sorted[i];
        }
        return percent(sum / tail);
    }

    /**
     * Upside capture: the geometric mean return on the days on which the benchmark gained, over the benchmark's.
     *
     * <p>Source: Morningstar, Upside/Downside Capture Ratio, with days for months.
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return percent; 100 is as much as the benchmark, negative is a loss on its good days; 0 where it had none
     */
    public static double upsideCapture(double[] returns, double[] benchmark) {
        return capture(Samples.where(Samples.pairs(returns, benchmark), b -> b > 0));
    }

    /**
     * Downside capture: as {@link #upsideCapture}, on the days on which the benchmark lost.
     *
     * @param returns daily simple returns
     * @param benchmark those of the benchmark on the same days
     * @return percent; below 100 is a smaller loss than the benchmark's, negative a gain on its bad days; 0 where it had
     *     none
     */
    public static double downsideCapture(double[] returns, double[] benchmark) {
        return capture(Samples.where(Samples.pairs(returns, benchmark), b -> b < 0));
    }

    private static double capture(Pairs days) {
        double benchmark = Samples.geometricMean(days.second());
        return Math.abs(benchmark) < Samples.ZERO_DEVIATION
                ? 0
                : percent(Samples.geometricMean(days.first()) / benchmark);
    }

    /**
     * How far wealth is below its running peak after each day, as a fraction, 0 or negative. Only the ratio to the peak
     * is carried along, so that no series overflows.
     */
    static double[] depths(double[] returns) {
        double[] depths = Samples.returns(returns);
        double ofPeak = 1;
        for (int i = 0; i < depths.length; i++) {
            ofPeak = Math.min(1, ofPeak * (1 + depths[i]));
            depths[i] = ofPeak - 1;
        }
        return depths;
    }

    private static double percent(double fraction) {
        return 100 * fraction + 0.0; // + 0.0 makes -0.0 a plain zero
    }
}
