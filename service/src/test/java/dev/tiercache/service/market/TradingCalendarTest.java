package dev.tiercache.service.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TradingCalendarTest {

    private static final LocalDate FIRST = LocalDate.of(2015, 1, 1);
    private static final LocalDate AFTER = LocalDate.of(2031, 1, 1);

    private final List<String> published = published();

    @Test
    void the_exchange_is_closed_on_exactly_the_published_weekdays_of_2015_to_2030() {
        List<String> closed = FIRST.datesUntil(AFTER)
                .filter(date -> date.getDayOfWeek().getValue() < DayOfWeek.SATURDAY.getValue())
                .filter(date -> !TradingCalendar.isTradingDay(date))
                .map(date -> date + " closed")
                .toList();
        assertThat(closed)
                .isEqualTo(published.stream()
                        .filter(line -> line.endsWith(" closed"))
                        .toList());
    }

    @Test
    void the_exchange_closes_early_on_exactly_the_published_days_of_2015_to_2030() {
        List<String> early = FIRST.datesUntil(AFTER)
                .filter(TradingCalendar::isTradingDay)
                .filter(date -> TradingCalendar.close(date)
                        .atZone(TradingCalendar.NEW_YORK)
                        .toLocalTime()
                        .equals(LocalTime.of(13, 0)))
                .map(date -> date + " early")
                .toList();
        assertThat(early)
                .isEqualTo(published.stream()
                        .filter(line -> line.endsWith(" early"))
                        .toList());
    }

    @Test
    void the_exchange_is_closed_on_every_weekend() {
        assertThat(FIRST.datesUntil(AFTER)
                        .filter(date -> date.getDayOfWeek().getValue() >= DayOfWeek.SATURDAY.getValue()))
                .isNotEmpty()
                .noneMatch(TradingCalendar::isTradingDay);
    }

    @Test
    void the_close_is_at_sixteen_in_new_york_in_summer_and_in_winter() {
        assertThat(TradingCalendar.close(LocalDate.of(2025, 7, 1))).isEqualTo(Instant.parse("2025-07-01T20:00:00Z"));
        assertThat(TradingCalendar.close(LocalDate.of(2025, 12, 1))).isEqualTo(Instant.parse("2025-12-01T21:00:00Z"));
        assertThat(TradingCalendar.close(LocalDate.of(2025, 11, 28))).isEqualTo(Instant.parse("2025-11-28T18:00:00Z"));
    }

    @Test
    void the_day_before_a_long_weekend_is_the_last_before_the_tuesday_after_it() {
        assertThat(TradingCalendar.lastBefore(LocalDate.of(2025, 9, 2))).isEqualTo(LocalDate.of(2025, 8, 29));
        assertThat(TradingCalendar.lastBefore(LocalDate.of(2025, 9, 4))).isEqualTo(LocalDate.of(2025, 9, 3));
    }

    private static List<String> published() {
        try (InputStream in =
                Objects.requireNonNull(TradingCalendarTest.class.getResourceAsStream("nyse-2015-2030.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
