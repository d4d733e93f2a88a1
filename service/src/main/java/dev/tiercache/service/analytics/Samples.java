package dev.tiercache.service.analytics;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/** Makes series fit to compute with (what is invalid is left out, pairs are aligned) and takes their moments. */
final class Samples {

    /** Trading days of a year, by which daily figures are annualised. */
    static final double DAYS_A_YEAR = 252;

    /** The risk-free rate: 4 % a year, as a fraction a day. */
    static final double RISK_FREE_A_DAY = 0.04 / DAYS_A_YEAR;

    /** Below this deviation (and this mean, where one is divided by) there is only rounding. */
    static final double ZERO_DEVIATION = 1e-9;

    private static final double ZERO_VARIANCE = ZERO_DEVIATION * ZERO_DEVIATION;

    private Samples() {}

    /** Two series of equal length, observation by observation. */
    record Pairs(double[] first, double[] second) {

        int size() {
            return first.length;
        }

        /** The newest {@code count} pairs, or all where there are fewer. */
        Pairs last(int count) {
            int from = Math.max(0, size() - count);
            return new Pairs(Arrays.copyOfRange(first, from, size()), Arrays.copyOfRange(second, from, size()));
        }
    }

    static boolean isReturn(double value) {
        return value >= -1 && value <= 1000; // false for NaN
    }

    static double[] returns(double[] series) {
        return Arrays.stream(series).filter(Samples::isReturn).toArray();
    }

    static Pairs pairs(double[] first, double[] second) {
        int length = Math.min(first.length, second.length);
        int firstFrom = first.length - length;
        int secondFrom = second.length - length;
        double[] keptFirst = new double[length];
        double[] keptSecond = new double[length];
        int kept = 0;
        for (int i = 0; i < length; i++) {
            double a = first[firstFrom + i];
            double b = second[secondFrom + i];
            if (isReturn(a) && isReturn(b)) {
                keptFirst[kept] = a;
                keptSecond[kept] = b;
                kept++;
            }
        }
        return new Pairs(Arrays.copyOf(keptFirst, kept), Arrays.copyOf(keptSecond, kept));
    }

    /** Pairs whose second value passes {@code wanted}. */
    static Pairs where(Pairs pairs, DoublePredicate wanted) {
        double[] first = new double[pairs.size()];
        double[] second = new double[pairs.size()];
        int kept = 0;
        for (int i = 0; i < pairs.size(); i++) {
            if (wanted.test(pairs.second()[i])) {
                first[kept] = pairs.first()[i];
                second[kept] = pairs.second()[i];
                kept++;
            }
        }
        return new Pairs(Arrays.copyOf(first, kept), Arrays.copyOf(second, kept));
    }

    static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** 0 where there are no values. */
    static double mean(double[] values) {
        return values.length == 0 ? 0 : sum(values) / values.length;
    }

    /** Sum of squared deviations from the mean, in two passes: a large common shift cancels out. */
    private static double squaredDeviations(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum;
    }

    /** Standard deviation with n - 1; 0 below two values, or where the variance counts as zero. */
    static double sampleDeviation(double[] values) {
        return values.length < 2 ? 0 : root(squaredDeviations(values) / (values.length - 1));
    }

    /** Standard deviation with n; 0 below two values, or where the variance counts as zero. */
    static double populationDeviation(double[] values) {
        return values.length < 2 ? 0 : root(squaredDeviations(values) / values.length);
    }

    /** Covariance with n; 0 below two pairs. */
    static double covariance(Pairs pairs) {
        if (pairs.size() < 2) {
            return 0;
        }
        double meanFirst = mean(pairs.first());
        double meanSecond = mean(pairs.second());
        double sum = 0;
        for (int i = 0; i < pairs.size(); i++) {
            sum += (pairs.first()[i] - meanFirst) * (pairs.second()[i] - meanSecond);
        }
        return sum / pairs.size();
    }

    /** Square root of a mean of squares; 0 where that counts as zero. */
    static double root(double meanOfSquares) {
        return meanOfSquares < ZERO_VARIANCE ? 0 : Math.sqrt(meanOfSquares);
    }

    /** Mean of log(1 + r); minus infinity where a return is -1. */
    static double meanLog(double[] returns) {
        double sum = 0;
        for (double r : returns) {
            sum += StrictMath.log1p(r);
        }
        return returns.length == 0 ? 0 : sum / returns.length;
    }

    /** Geometric mean return; -1 where a return is -1. */
    static double geometricMean(double[] returns) {
        return StrictMath.expm1(meanLog(returns));
    }

    /** Limits to -1..1; NaN has no limit and stays. */
    static double clip(double value) {
        return Math.clamp(value, -1.0, 1.0);
    }
}
