package dev.tiercache.operator.reconcile;

import io.javaoperatorsdk.operator.processing.event.rate.RateLimiter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets a resource be reconciled in bursts, but no oftener than a steady rate in the long run, and says exactly how long
 * a limited one has to wait (the SDK's own limiter says how long it has waited, and so asks again every 50 ms).
 */
public final class TokenBucketRateLimiter implements RateLimiter<TokenBucketRateLimiter.Bucket> {
    private final int burst;
    private final long nanosPerToken;
    private final LongSupplier nanoClock;

    /**
     * @param burst reconciliations that may follow one another at once, at least 1
     * @param interval time after which one more is allowed
     */
    public TokenBucketRateLimiter(int burst, Duration interval) {
        this(burst, interval, System::nanoTime);
    }

    TokenBucketRateLimiter(int burst, Duration interval, LongSupplier nanoClock) {
        this.burst = burst;
        this.nanosPerToken = interval.toNanos();
        this.nanoClock = nanoClock;
    }

    @Override
    public Bucket initState() {
        return new Bucket(nanoClock.getAsLong() - burst * nanosPerToken);
    }

    @Override
    public Optional<Duration> isLimited(RateLimitState state) {
        var bucket = (Bucket) state;
        long now = nanoClock.getAsLong();
        synchronized (bucket) {
            // Differences only: a monotonic clock may wrap around. Tokens older than a full bucket are lost.
            long since = Math.min(now - bucket.emptyAt, burst * nanosPerToken);
            if (since >= nanosPerToken) {
                bucket.emptyAt = now - since + nanosPerToken;
                return Optional.empty();
            }
            return Optional.of(Duration.ofNanos(nanosPerToken - since));
        }
    }

    /** The moment, on a monotonic clock, at which the bucket of one resource would have been empty. */
    public static final class Bucket implements RateLimitState {
        private long emptyAt;

        private Bucket(long emptyAt) {
            this.emptyAt = emptyAt;
        }
    }
}
