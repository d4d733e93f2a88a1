package dev.tiercache.bench.load;

import org.HdrHistogram.Histogram;

/** Latency of every request of an open loop, from the instant when it was due, and whether its answer was good. */
public final class Samples {

    private static final int DIGITS = 3;

    private final long[] nanos;
    private final boolean[] bad;
    private final double intervalSeconds;

    Samples(int count, long intervalNanos) {
        nanos = new long[count];
        bad = new boolean[count];
        intervalSeconds = intervalNanos / 1e9;
    }

    void set(int n, long latencyNanos, boolean good) {
        nanos[n] = latencyNanos;
        bad[n] = !good;
    }

    /** How long the loop took, s. */
    public double seconds() {
        return nanos.length * intervalSeconds;
    }

    /**
     * A percentile of the requests that were due in a window, ms; NaN when there was none.
     *
     * @param from begin of the window, s
     * @param to end of the window, s
     * @param percentile 0 to 100
     */
    public double millis(double from, double to, double percentile) {
        Histogram histogram = new Histogram(DIGITS);
        for (int n = index(from); n < index(to); n++) {
            histogram.recordValue(nanos[n]);
        }
        return histogram.getTotalCount() == 0 ? Double.NaN : histogram.getValueAtPercentile(percentile) / 1e6;
    }

    /** How many requests that were due in a window had no good answer. */
    public long failures(double from, double to) {
        long count = 0;
        for (int n = index(from); n < index(to); n++) {
            count += bad[n] ? 1 : 0;
        }
        return count;
    }

    private int index(double seconds) {
        return Math.clamp(Math.round(seconds / intervalSeconds), 0, nanos.length);
    }
}
