package dev.tiercache.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

    private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
    private static final int PER_SECOND = 100;

    @Test
    void aStallCountsForEveryRequestThatItHeldUp() {
        // One worker, and the request that is due after half a second takes a second: a hundred others are late by it.
        Samples samples = OpenLoop.start(PER_SECOND, TWO_SECONDS, 1, () -> n -> {
                    if (n == 50) {
                        stall(Duration.ofSeconds(1));
                    }
                    return true;
                })
                .await();

        assertThat(samples.millis(0.5, 1.0, 50))
                .as("median of those due in the stall's first half")
                .isGreaterThan(500);
        assertThat(samples.millis(0.5, 0.51, 50)).as("the one that stalled").isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void everyRequestIsSentOnceAndFailuresAreCountedInTheirWindow() {
        AtomicInteger sent = new AtomicInteger();

        Samples samples = OpenLoop.start(PER_SECOND, TWO_SECONDS, 8, () -> n -> {
                    sent.incrementAndGet();
                    return n < 150;
                })
                .await();

        assertThat(sent).hasValue(200);
        assertThat(samples.failures(0, 1.5)).isZero();
        assertThat(samples.failures(1.5, 2)).isEqualTo(50);
    }

    private static void stall(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
