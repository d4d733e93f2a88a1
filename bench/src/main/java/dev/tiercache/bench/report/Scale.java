package dev.tiercache.bench.report;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Where a value lies on a drawing.
 *
 * @param least the value at {@code from}
 * @param most the value at {@code to}
 * @param from pixels
 * @param to pixels
 * @param logarithmic whether equal steps are equal factors
 */
record Scale(double least, double most, double from, double to, boolean logarithmic) {

    static Scale linear(List<Double> values, double from, double to) {
        return new Scale(0, numbers(values).max().orElse(1), from, to, false);
    }

    /** From the power of ten below the least value to the one above the greatest. */
    static Scale logarithmic(List<Double> values, double from, double to) {
        double least = numbers(values).filter(v -> v > 0).min().orElse(1);
        double most = numbers(values).max().orElse(10);
        return new Scale(
                Math.pow(10, Math.floor(Math.log10(least))),
                Math.pow(10, Math.ceil(Math.log10(Math.max(most, least * 1.01)))),
                from,
                to,
                true);
    }

    double at(double value) {
        double part = logarithmic
                ? Math.log(Math.max(value, least) / least) / Math.log(most / least)
                : (value - least) / (most - least);
        return from + part * (to - from);
    }

    /** The powers of ten in it. */
    double[] powers() {
        return IntStream.rangeClosed((int) Math.round(Math.log10(least)), (int) Math.round(Math.log10(most)))
                .mapToDouble(power -> Math.pow(10, power))
                .toArray();
    }

    private static DoubleStream numbers(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).filter(v -> !Double.isNaN(v));
    }
}
