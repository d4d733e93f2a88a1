package dev.tiercache.e2e.ledger;

import java.time.Instant;

/**
 * The clock of a run: nanoseconds since it started, which never jump.
 *
 * @param started by the wall clock
 * @param startNanos the same moment of {@link System#nanoTime}
 */
record RunClock(Instant started, long startNanos) {

    static RunClock start() {
        return new RunClock(Instant.now(), System.nanoTime());
    }

    /** Nanoseconds since the start. */
    long now() {
        return System.nanoTime() - startNanos;
    }

    /** An offset on the wall clock, as it was set at the start. */
    Instant at(long offset) {
        return started.plusNanos(offset);
    }

    static long millis(long nanos) {
        return Math.floorDiv(nanos, 1_000_000L);
    }
}
