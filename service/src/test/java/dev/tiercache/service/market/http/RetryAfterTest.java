package dev.tiercache.service.market.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2025-11-24T15:00:00Z");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30                            | 30
            0                             | 0
            999999999                     | 600
            99999999999999                | 0
            -5                            | 0
            soon                          | 0
            Mon, 24 Nov 2025 15:01:00 GMT | 60
            Mon, 24 Nov 2025 14:00:00 GMT | 0
            """)
    void seconds_and_dates_are_understood_and_bounded(String header, long seconds) {
        assertThat(RetryAfter.of(Optional.of(header), NOW)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void no_header_is_no_pause() {
        assertThat(RetryAfter.of(Optional.empty(), NOW)).isZero();
    }
}
