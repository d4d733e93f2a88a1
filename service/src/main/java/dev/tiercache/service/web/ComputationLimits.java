package dev.tiercache.service.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Gives each user so many computations a minute, as a bucket of tokens that fills evenly: one user who asks for what
 * nobody has cached leaves room for the others. It goes by this process alone.
 */
final class ComputationLimits {

    /** So many users are remembered; one that is forgotten begins with a full bucket. */
    static final int MOST_USERS = 10_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final IntSupplier perMinute;
    private final Ticker ticker;
    private final Cache<String, Bucket> buckets;

    /**
     * Makes one.
     *
     * @param perMinute how many, asked each time; 0: no limit
     */
    ComputationLimits(IntSupplier perMinute, Ticker ticker) {
        this.perMinute = perMinute;
        this.ticker = ticker;
        // After a minute without use it is full again, whatever the limit is.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_USERS)
                .expireAfterAccess(MINUTE)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Takes one of a user's tokens.
     *
     * @return 0 when there was one; else after how many ms there will be
     */
    long take(String userId) {
        int limit = perMinute.getAsInt();
        if (limit == 0) {
            return 0;
        }
        long now = ticker.read();
        return buckets.get(userId, user -> new Bucket(limit, now)).take(limit, now);
    }

    /** The tokens of one user. */
    private static final class Bucket {
        private double tokens;
        private long filledAt;

        private Bucket(double tokens, long now) {
            this.tokens = tokens;
            this.filledAt = now;
        }

        private synchronized long take(int limit, long now) {
            double perNano = (double) limit / MINUTE.toNanos();
            tokens = Math.min(limit, tokens + Math.max(0, now - filledAt) * perNano);
            filledAt = now;
            if (tokens >= 1) {
                tokens--;
                return 0;
            }
            return TimeUnit.NANOSECONDS.toMillis((long) Math.ceil((1 - tokens) / perNano)) + 1;
        }
    }
}
