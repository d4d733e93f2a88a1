package dev.tiercache.service.web.gzip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** A beginning compressed once and ends put behind it are read back by the platform's own reader of gzip. */
class GzipPrefixTest {

    @Property(tries = 300)
    void everyBeginningWithEveryEndIsReadBack(
            @ForAll @Size(max = 4_000) byte[] beginning, @ForAll @Size(max = 600) byte[] end) throws IOException {
        assertThat(read(document(beginning, beginning.length, end))).isEqualTo(joined(beginning, end));
    }

    @Property(tries = 100)
    void soAreLongOnesOfAnyCompressibility(
            @ForAll long seed,
            @ForAll @IntRange(max = 200_000) int length,
            @ForAll @IntRange(min = 1, max = 256) int letters,
            @ForAll @IntRange(max = GzipPrefix.MAX_END) int endLength)
            throws IOException {
        Random random = new Random(seed);
        byte[] beginning = new byte[length];
        byte[] end = new byte[endLength];
        for (int i = 0; i < length; i++) {
            beginning[i] = (byte) random.nextInt(letters);
        }
        random.nextBytes(end);

        assertThat(read(document(beginning, length, end))).isEqualTo(joined(beginning, end));
    }

    @Property(tries = 200)
    void theChecksumGoesOnWhereItWas(@ForAll @Size(max = 3_000) byte[] bytes, @ForAll @IntRange(max = 3_000) int at) {
        int cut = Math.min(at, bytes.length);
        CRC32 whole = new CRC32();
        whole.update(bytes);

        int first = Crc32.update(0, bytes, 0, cut);

        assertThat(Crc32.update(first, bytes, cut, bytes.length - cut)).isEqualTo((int) whole.getValue());
    }

    @Example
    void oneBeginningTakesManyEndsAndIsNotChanged() throws IOException {
        byte[] beginning = "{\"a\":1".repeat(500).getBytes(StandardCharsets.US_ASCII);
        byte[] prefix = GzipPrefix.of(beginning, beginning.length - 1);
        byte[] before = prefix.clone();

        for (String end : new String[] {"", "}", ",\"b\":2}", ",\"metadata\":{}}"}) {
            byte[] tail = end.getBytes(StandardCharsets.US_ASCII);
            byte[] sent = joined(
                    Arrays.copyOf(prefix, GzipPrefix.sent(prefix)),
                    GzipPrefix.rest(prefix, beginning.length - 1, tail, tail.length));
            assertThat(read(sent)).isEqualTo(joined(Arrays.copyOf(beginning, beginning.length - 1), tail));
            assertThat(sent).hasSize(GzipPrefix.length(prefix, tail.length));
        }
        assertThat(prefix).isEqualTo(before).hasSizeLessThan(beginning.length / 10);
    }

    @Example
    void anEndThatOneBlockCannotHoldIsRefused() {
        byte[] prefix = GzipPrefix.of(new byte[10], 10);

        assertThatThrownBy(() -> GzipPrefix.rest(prefix, 10, new byte[70_000], 70_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65535");
    }

    private static byte[] document(byte[] beginning, int length, byte[] end) {
        byte[] prefix = GzipPrefix.of(beginning, length);
        return joined(Arrays.copyOf(prefix, GzipPrefix.sent(prefix)), GzipPrefix.rest(prefix, length, end, end.length));
    }

    private static byte[] read(byte[] gzip) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
