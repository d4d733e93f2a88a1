package dev.tiercache.service.cache.l2.redis;

import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The pause between attempts to connect: short at first, never long, at random.
 *
 * <p>A refused attempt costs little on either side, and the longest pause is the largest part of the time until a Redis
 * that is back is used again.
 */
final class Backoff {

    private static final long STEP_MILLIS = 50;
    private static final long MAX_MILLIS = 300;

    /** A connection that held so long ends a series of failures. */
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Semaphore hurry = new Semaphore(0);
    private int failures;

    /** An attempt failed. */
    void failed() {
        failures++;
    }

    /** A connection held for so long. */
    void held(long nanos) {
        failures = nanos >= STEADY_NANOS ? 0 : failures + 1;
    }

    /** The next pause, or the present one, is left out. Called on any thread. */
    void skip() {
        hurry.release();
    }

    void pause() throws InterruptedException {
        long cap = Math.min(MAX_MILLIS, STEP_MILLIS << Math.min(failures, 5));
        // Full jitter: a hundred instances do not come back in one instant.
        long millis = ThreadLocalRandom.current().nextLong(failures == 0 ? 0 : STEP_MILLIS, cap + 1);
        var unused = hurry.tryAcquire(millis, TimeUnit.MILLISECONDS);
        hurry.drainPermits();
    }
}
