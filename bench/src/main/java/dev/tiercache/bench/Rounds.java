package dev.tiercache.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Samples of several contenders, taken in turns so that what disturbs one disturbs all: medians, and medians of the
 * ratios of each round.
 */
final class Rounds<S> {

    private final Map<String, List<S>> samples = new LinkedHashMap<>();

    void add(String contender, S sample) {
        samples.computeIfAbsent(contender, _ -> new ArrayList<>()).add(sample);
    }

    /** The median of a contender's figure. */
    double median(String contender, ToDoubleFunction<S> figure) {
        return median(samples.getOrDefault(contender, List.of()).stream()
                .mapToDouble(figure)
                .toArray());
    }

    /** The median over all rounds of one contender's figure divided by the other's. */
    double ratio(String contender, String peer, ToDoubleFunction<S> figure) {
        List<S> ours = samples.getOrDefault(contender, List.of());
        List<S> theirs = samples.getOrDefault(peer, List.of());
        double[] ratios = new double[Math.min(ours.size(), theirs.size())];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = figure.applyAsDouble(ours.get(i)) / figure.applyAsDouble(theirs.get(i));
        }
        return median(ratios);
    }

    /** The middle one of some numbers, or the mean of the two in the middle. */
    static double median(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
