package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients prefer, as they write it. */
class PreferenceTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async | 100",
                "Respond-Async | 100",
                "return=minimal, respond-async | 100",
                "respond-async; x=y | 100",
                "respond-async, wait=3 | 3000",
                "wait=3, respond-async | 3000",
                "respond-async,wait = \"2\" | 2000",
                "respond-async, wait=0 | 0",
                "respond-async, wait=1, wait=5 | 1000",
                "respond-async, wait=600 | 10000",
                "respond-async, wait=soon | 100"
            })
    void itSaysHowLongTheClientWaits(String header, long millis) {
        Preference preference = Objects.requireNonNull(of(header));

        assertThat(preference.wait(DEADLINE)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wait=5", "respond-asynchronously", "x=respond-async", "handling=lenient"})
    void withoutRespondAsyncTheClientWaitsForTheAnswer(String header) {
        assertThat(of(header)).isNull();
    }

    @Test
    void severalHeadersAreOneList() {
        Preference preference = of("wait=2", "respond-async");

        assertThat(preference).isEqualTo(new Preference(2));
        assertThat(of()).isNull();
        assertThat(new Preference(2).applied()).isEqualTo("respond-async, wait=2");
        assertThat(new Preference(null).applied()).isEqualTo("respond-async");
    }

    private static @Nullable Preference of(String... headers) {
        return Preference.of(Collections.enumeration(List.of(headers)));
    }
}
