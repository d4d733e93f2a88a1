package dev.tiercache.bench.jmh;

import dev.tiercache.bench.jmh.Alternation.Sample;
import dev.tiercache.bench.jmh.Alternation.Trial;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One figure of ours beside those of its peers. A ratio says how many times as fast as the peer ours is: the median of
 * the ratios of all rounds.
 *
 * @param name short and lasting
 * @param what what is measured, in words
 * @param ours our benchmark
 * @param peers what it is compared with
 */
record Comparison(String name, String what, Measure measure, Trial ours, List<Against> peers) {

    /** What counts of a sample. */
    enum Measure {
        /** Time on processors for one operation: for what only computes. */
        CPU_NANOS("CPU ns/op"),
        /** Operations in a second by the clock: for what waits. */
        OPERATIONS("op/s");

        private final String unit;

        Measure(String unit) {
            this.unit = unit;
        }

        private double of(Sample sample) {
            return this == CPU_NANOS ? sample.cpuNanos() : sample.score();
        }

        private double ratio(Sample ours, Sample peer) {
            return this == CPU_NANOS ? of(peer) / of(ours) : of(ours) / of(peer);
        }
    }

    /**
     * A peer.
     *
     * @param atLeast the goal: so many times as fast as the peer
     */
    record Against(String peer, Trial trial, double atLeast) {}

    /** All that has to be run for it. */
    List<Trial> trials() {
        return Stream.concat(Stream.of(ours), peers.stream().map(Against::trial))
                .toList();
    }

    /** The result, from what all rounds measured. */
    Row row(Alternation runs) {
        List<Sample> mine = runs.of(ours);
        List<Row.Peer> others = peers.stream()
                .map(against -> {
                    List<Sample> theirs = runs.of(against.trial());
                    double ratio = median(IntStream.range(0, mine.size())
                            .mapToDouble(i -> measure.ratio(mine.get(i), theirs.get(i))));
                    return new Row.Peer(
                            against.peer(),
                            value(theirs),
                            Math.round(ratio * 100) / 100.0,
                            String.format(Locale.ROOT, ">= %.2f", against.atLeast()),
                            ratio >= against.atLeast());
                })
                .toList();
        return new Row(name, what, measure.unit, value(mine), others, note(runs));
    }

    private String note(Alternation runs) {
        StringBuilder note = new StringBuilder(
                "ratio: times as fast as the peer, median of " + runs.of(ours).size() + " rounds; ");
        note.append(measure == Measure.CPU_NANOS ? "by the clock, ns/op: " : "client's CPU, us/op: ");
        note.append("tiercache ").append(other(runs.of(ours)));
        peers.forEach(against ->
                note.append(", ").append(against.peer()).append(' ').append(other(runs.of(against.trial()))));
        return note.toString();
    }

    private String other(List<Sample> samples) {
        return measure == Measure.CPU_NANOS
                ? String.format(Locale.ROOT, "%.0f", median(samples.stream().mapToDouble(Sample::score)))
                : String.format(Locale.ROOT, "%.1f", median(samples.stream().mapToDouble(Sample::cpuNanos)) / 1_000);
    }

    private double value(List<Sample> samples) {
        return Math.round(10 * median(samples.stream().mapToDouble(measure::of))) / 10.0;
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
