package dev.tiercache.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SwitchBackoffTest {
    private static final String CACHE = "ns/reports";

    private long now;
    private final SwitchBackoff backoff = new SwitchBackoff(() -> now);

    @Test
    void theFirstSwitchWaitsForNothing() {
        assertThat(backoff.left(CACHE)).isLessThanOrEqualTo(Duration.ZERO);
    }

    @Test
    void eachFailureDoublesTheWaitUpToFiveMinutes() {
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            backoff.failed(CACHE);
            assertThat(backoff.left(CACHE)).isEqualTo(Duration.ofSeconds(seconds));
            now += Duration.ofSeconds(seconds).toNanos();
            assertThat(backoff.left(CACHE)).isLessThanOrEqualTo(Duration.ZERO);
        }
    }

    @Test
    void aSuccessForgetsThem() {
        backoff.failed(CACHE);
        backoff.failed(CACHE);
        backoff.succeeded(CACHE);
        backoff.failed(CACHE);

        assertThat(backoff.left(CACHE)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void whatFailedLongAgoIsForgottenAndOthersAreNotMeant() {
        backoff.failed(CACHE);
        backoff.failed(CACHE);
        now += Duration.ofMinutes(10).toNanos();
        backoff.failed("ns/other");
        backoff.failed(CACHE);

        assertThat(backoff.left(CACHE)).isEqualTo(Duration.ofSeconds(10));
        assertThat(backoff.left("ns/third")).isLessThanOrEqualTo(Duration.ZERO);
    }
}
