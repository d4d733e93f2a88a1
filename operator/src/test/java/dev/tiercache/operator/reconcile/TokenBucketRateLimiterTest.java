package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketRateLimiterTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final TokenBucketRateLimiter limiter = new TokenBucketRateLimiter(3, Duration.ofMillis(500), nanos::get);
    private final TokenBucketRateLimiter.Bucket bucket = limiter.initState();

    @Test
    void aBurstPassesAndTheNextOneWaitsExactlyForAToken() {
        takeAll();

        assertThat(limiter.isLimited(bucket)).hasValue(Duration.ofMillis(500));
    }

    @Test
    void waitingAsLongAsToldIsEnough() {
        takeAll();
        var wait = limiter.isLimited(bucket).orElseThrow();
        nanos.addAndGet(wait.toNanos());

        assertThat(limiter.isLimited(bucket)).isEmpty();
        assertThat(limiter.isLimited(bucket)).isPresent();
    }

    @Test
    void askingTooEarlyCostsNothing() {
        takeAll();
        nanos.addAndGet(Duration.ofMillis(200).toNanos());

        assertThat(limiter.isLimited(bucket)).hasValue(Duration.ofMillis(300));
        assertThat(limiter.isLimited(bucket)).hasValue(Duration.ofMillis(300));
    }

    @Test
    void alongIdleTimeGivesNoMoreThanOneBurst() {
        nanos.addAndGet(Duration.ofDays(1).toNanos());
        takeAll();

        assertThat(limiter.isLimited(bucket)).isPresent();
    }

    private void takeAll() {
        for (int i = 0; i < 3; i++) {
            assertThat(limiter.isLimited(bucket)).isEmpty();
        }
    }
}
