package dev.tiercache.service.market.http;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads the header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or a date. */
final class RetryAfter {

    /** Longer is not believed: a slip of the source must not silence it for days. */
    static final Duration LONGEST = Duration.ofMinutes(10);

    private RetryAfter() {}

    /** How long to wait, up to {@link #LONGEST}; zero where the header says nothing that can be understood. */
    static Duration of(Optional<String> header, Instant now) {
        Duration wait = header.map(String::strip)
                .map(value -> value.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(value)) : until(value, now))
                .orElse(Duration.ZERO);
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    private static Duration until(String date, Instant now) {
        try {
            return Duration.between(
                    now,
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }
}
