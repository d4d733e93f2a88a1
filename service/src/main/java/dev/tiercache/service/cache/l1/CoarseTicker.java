package dev.tiercache.service.cache.l1;

import com.github.benmanes.caffeine.cache.Ticker;

/**
 * The time that expiry goes by: the latest that a request has read. A read then costs one reading of the clock and not two;
 * expiry only gives memory back, what may be served is decided by the exact time.
 */
class CoarseTicker implements Ticker {

    /** So often it is written at most: a write each read would have the processors pass its cache line around. */
    private static final long STEP_NANOS = 10_000_000;

    private volatile long tick;

    CoarseTicker(long tick) {
        this.tick = tick;
    }

    @Override
    public long read() {
        return tick;
    }

    final void advance(long now) {
        if (now - tick >= STEP_NANOS) {
            tick = now;
        }
    }
}
