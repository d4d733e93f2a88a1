package dev.tiercache.service.web.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients ask for by Accept-Encoding, well and badly. */
class AcceptEncodingTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZIP",
                "x-gzip",
                "br, gzip",
                "gzip, deflate, br, zstd",
                "gzip;q=0.001",
                "gzip ; q=1.000",
                "deflate;q=1,gzip;q=0.5",
                "*",
                "*;q=0.1",
                "br;q=0, *",
                "identity;q=0.5, gzip",
                "identity;q=0.5, gzip;q=0.5",
                "identity;q=0, *;q=0.1",
                ",gzip,"
            })
    void whoAsksForGzipGetsIt(String header) {
        assertThat(wanted(header)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "identity",
                "br",
                "gzip;q=0",
                "gzip;q=0.000",
                "GZIP; Q=0.0",
                "*;q=0",
                "gzip;q=0, *",
                "identity, gzip;q=0.5",
                "identity;q=1, *;q=0.2",
                "gzip;q=2",
                "gzip;q=1.5",
                "gzip;q=-1",
                "gzip;q=0.1234",
                "gzip;q=",
                "gzip; q = 1",
                "gzip;level=9",
                "notgzip",
                "gzip2"
            })
    void whoDoesNotOrSaysItBadlyDoesNot(String header) {
        assertThat(wanted(header)).isFalse();
    }

    @Test
    void severalHeadersAreOneList() {
        assertThat(wanted("br", "gzip;q=0.5")).isTrue();
        assertThat(wanted("*", "gzip;q=0")).isFalse();
        assertThat(wanted()).as("no header at all").isFalse();
    }

    private static boolean wanted(String... headers) {
        return AcceptEncoding.wantsGzip(Collections.enumeration(List.of(headers)));
    }
}
