package dev.tiercache.service.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.limit.TokenBucket;
import java.util.function.IntSupplier;

/**
 * Gives each user so many computations a minute, as a bucket of tokens that fills evenly: one user who asks for what
 * nobody has cached leaves room for the others. It goes by this process alone.
 */
final class ComputationLimits {

    /** So many users are remembered; one that is forgotten begins with a full bucket. */
    static final int MOST_USERS = 10_000;

    private final IntSupplier perMinute;
    private final Ticker ticker;
    private final Cache<String, TokenBucket> buckets;

    /**
     * Makes one.
     *
     * @param perMinute how many, asked each time; 0: no limit
     */
    ComputationLimits(IntSupplier perMinute, Ticker ticker) {
        this.perMinute = perMinute;
        this.ticker = ticker;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST_USERS)
                .expireAfterAccess(TokenBucket.FULL_AFTER)
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
        return buckets.get(userId, user -> new TokenBucket(limit, now)).take(limit, now);
    }
}
