package dev.tiercache.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One figure of ours beside its peers' of the same run.
 *
 * @param name the benchmark, {@code b1} to {@code b8}
 * @param what what was measured
 * @param unit of {@code ours} and of the peers' values
 * @param ours our figure
 * @param peers what it is compared with
 * @param note what one has to know to read it; may be empty
 */
public record Result(String name, String what, String unit, double ours, List<Peer> peers, String note) {

    /** Fills in what a writer left out. */
    public Result {
        peers = List.copyOf(peers);
        note = note == null ? "" : note;
    }

    /**
     * One comparison.
     *
     * @param peer whose figure it is; empty where the goal is a figure by itself
     * @param value the peer's figure; null where there is none
     * @param ratio ours divided by the peer's, by default the median of the ratios of all rounds; null where there is none
     * @param goal what was wanted, such as {@code ≥ 0.85}; null where the peer is for information
     * @param met whether the goal was reached; null without a goal
     */
    public record Peer(
            String peer,
            @Nullable Double value,
            @Nullable Double ratio,
            @Nullable String goal,
            @Nullable Boolean met) {}

    /** A result without a peer so far. */
    public static Result of(String name, String what, String unit, double ours) {
        return new Result(name, what, unit, ours, List.of(), "");
    }

    /** With one more peer whose ratio has to be at least this. */
    public Result atLeast(double goal, String peer, double value, double ratio) {
        return with(new Peer(peer, value, ratio, "≥ " + text(goal), ratio >= goal));
    }

    /** With one more peer whose ratio may be at most this. */
    public Result atMost(double goal, String peer, double value, double ratio) {
        return with(new Peer(peer, value, ratio, "≤ " + text(goal), ratio <= goal));
    }

    /** With one more peer, for information. */
    public Result beside(String peer, double value, double ratio) {
        return with(new Peer(peer, value, ratio, null, null));
    }

    /** With a goal for our figure alone. */
    public Result atMost(double goal) {
        return with(new Peer("", null, null, "≤ " + text(goal) + " " + unit, ours <= goal));
    }

    /** With a goal for our figure alone. */
    public Result exactly(double goal) {
        return with(new Peer("", null, null, "= " + text(goal) + " " + unit, ours == goal));
    }

    /** With one more peer. */
    public Result with(Peer peer) {
        List<Peer> all = new ArrayList<>(peers);
        all.add(peer);
        return new Result(name, what, unit, ours, all, note);
    }

    /** With words. */
    public Result noting(String words) {
        return new Result(name, what, unit, ours, peers, words);
    }

    /** A figure with three digits that count, and no fraction from 100 on. */
    static String text(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 4;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
