package dev.tiercache.service.cache.l2.redis;

/** The time by Redis' clock, carried on by this machine's between two answers; this machine's alone before the first. */
final class TierClock {

    private static final long NANOS = 1_000_000;

    private volatile long offsetMillis = System.currentTimeMillis() - System.nanoTime() / NANOS;

    /** Redis' clock shows this now, ms since the epoch. */
    void heard(long millis) {
        offsetMillis = millis - System.nanoTime() / NANOS;
    }

    /** ms since the epoch. */
    long now() {
        return offsetMillis + System.nanoTime() / NANOS;
    }
}
