package dev.tiercache.service.limit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** So many tokens a minute, filled evenly, never more than a minute's worth. Full at first. Thread-safe. */
public final class TokenBucket {

    /** After so long without use it is full again, whatever the limit is. */
    public static final Duration FULL_AFTER = Duration.ofMinutes(1);

    private double tokens;
    private long filledAt;

    /**
     * Makes a full one.
     *
     * @param perMinute how many it holds
     * @param now by a monotonic clock, ns
     */
    public TokenBucket(int perMinute, long now) {
        this.tokens = perMinute;
        this.filledAt = now;
    }

    /**
     * Takes one token.
     *
     * @param perMinute how many there are a minute, at least 1; may change
     * @param now by the same clock, ns
     * @return 0 when there was one; else after how many ms there will be
     */
    public synchronized long take(int perMinute, long now) {
        double perNano = (double) perMinute / FULL_AFTER.toNanos();
        tokens = Math.min(perMinute, tokens + Math.max(0, now - filledAt) * perNano);
        filledAt = now;
        if (tokens >= 1) {
            tokens--;
            return 0;
        }
        return TimeUnit.NANOSECONDS.toMillis((long) Math.ceil((1 - tokens) / perNano)) + 1;
    }
}
