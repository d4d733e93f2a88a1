package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AsciiBufferTest {

    private final AsciiBuffer buffer = new AsciiBuffer();

    @Test
    void numbersAreWrittenInFull() {
        for (long n : new long[] {0, 7, 10, 99, 100, 900, 1234567890123L, Long.MAX_VALUE}) {
            assertThat(text(buffer.clear().add(n))).isEqualTo(Long.toString(n));
        }
    }

    @Test
    void itGrowsAndIsUsedAgain() {
        String longText = "x".repeat(10_000);

        assertThat(text(buffer.add(longText).add(true).header("A", "b"))).isEqualTo(longText + "trueA: b\r\n");
        assertThat(text(buffer.clear().add(new AsciiBuffer().add("y")).add(new byte[] {'1', '2', '3'}, 1, 2)))
                .isEqualTo("y23");
    }

    private static String text(AsciiBuffer buffer) {
        return StandardCharsets.US_ASCII.decode(buffer.content()).toString();
    }
}
