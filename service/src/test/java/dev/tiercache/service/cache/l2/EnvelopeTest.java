package dev.tiercache.service.cache.l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written to Redis comes back as it was, and is unreadable when anything of it changed. */
class EnvelopeTest {

    private static final String KEY = "ir_v1:ann:AAPL,MSFT";
    private static final List<String> TAGS = List.of("user:ann", "symbol:AAPL", "symbol:MSFT");

    @Property
    void whatIsWrittenIsRead(
            @ForAll("bodies") byte[] body,
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long created,
            @ForAll @LongRange(min = 1, max = 2_592_000_000L) long ttl,
            @ForAll @IntRange(max = 60_000) int compute,
            @ForAll("tags") List<String> tags,
            @ForAll L2Format format)
            throws UnreadableException {
        CachedValue written = new CachedValue(body, created, ttl, compute);
        CachedValue read = Envelope.decode(KEY, Envelope.encode(KEY, written, tags, format));

        assertThat(read.body()).isEqualTo(body);
        assertThat(read.createdAtMillis()).isEqualTo(created);
        assertThat(read.ttlMillis()).isEqualTo(ttl);
        assertThat(read.computeMillis()).isEqualTo(compute);
    }

    @Property
    void anyChangedByteMakesItUnreadable(
            @ForAll("bodies") byte[] body,
            @ForAll L2Format format,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll @IntRange(min = 1, max = 255) int flip) {
        byte[] bytes = encode(body, format);
        bytes[where % bytes.length] ^= (byte) flip;

        assertUnreadable(bytes);
    }

    @Property
    void anyMissingEndMakesItUnreadable(
            @ForAll("bodies") byte[] body, @ForAll L2Format format, @ForAll @IntRange(min = 1, max = 100_000) int cut) {
        byte[] bytes = encode(body, format);

        assertUnreadable(Arrays.copyOf(bytes, bytes.length - 1 - cut % bytes.length));
    }

    @Property
    void anythingAddedMakesItUnreadable(
            @ForAll("bodies") byte[] body, @ForAll L2Format format, @ForAll @IntRange(min = 1, max = 99) int added) {
        byte[] bytes = encode(body, format);

        assertUnreadable(Arrays.copyOf(bytes, bytes.length + added));
    }

    @Property
    void randomBytesAreUnreadable(@ForAll byte[] bytes) {
        assertUnreadable(bytes);
    }

    @Property
    void randomBytesBehindAGoodStartAreUnreadable(
            @ForAll byte[] bytes, @ForAll L2Format format, @ForAll @IntRange(max = 400) int start) {
        byte[] good = encode(text(3000), format);
        int kept = Math.min(start, good.length);
        byte[] mixed = Arrays.copyOf(good, kept + bytes.length);
        System.arraycopy(bytes, 0, mixed, kept, bytes.length);
        Assume.that(!Arrays.equals(mixed, good));

        assertUnreadable(mixed);
    }

    /** The checksum only guards against accidents: behind a good one nothing may be believed either. */
    @Property
    void aGoodChecksumOverNonsenseHarmsNobody(
            @ForAll @IntRange(max = 200) int where, @ForAll byte value, @ForAll boolean compressed) {
        byte[] bytes = encode(text(3000), compressed ? L2Format.BINARY_LZ4 : L2Format.BINARY);
        bytes[where % bytes.length] = value;
        seal(bytes);
        try {
            assertThat(Envelope.decode(KEY, bytes).body()).hasSizeLessThanOrEqualTo(Envelope.MAX_BYTES);
        } catch (UnreadableException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    @Test
    void aDeclaredLengthOverTheBoundIsNotBelieved() {
        byte[] bytes = encode(text(3000), L2Format.BINARY_LZ4);
        ByteBuffer.wrap(bytes).putInt(34, Envelope.MAX_BYTES + 1);
        seal(bytes);

        assertThatThrownBy(() -> Envelope.decode(KEY, bytes))
                .isInstanceOf(UnreadableException.class)
                .hasMessage("size");
    }

    @Test
    void itIsJsonWithTheEnvelopeFirst() {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(utf8("{\"a\":1}"), 12, 34, 56), TAGS, L2Format.JSON);

        JsonNode json = JsonMapper.builder().build().readTree(bytes);
        assertThat(json.propertyNames())
                .containsExactly("v", "key", "created_at", "ttl_ms", "compute_ms", "tags", "crc32c", "value");
        assertThat(json.path("key").asString()).isEqualTo(KEY);
        assertThat(json.path("created_at").asLong()).isEqualTo(12);
        assertThat(json.path("ttl_ms").asLong()).isEqualTo(34);
        assertThat(json.path("compute_ms").asLong()).isEqualTo(56);
        assertThat(json.path("tags").valueStream().map(JsonNode::asString)).containsExactlyElementsOf(TAGS);
        assertThat(json.path("value").path("a").asInt()).isEqualTo(1);
    }

    @Test
    void theBinaryHeadIsShortAndHasWhatTheJsonHas() {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(utf8("{}"), 12, 34, 56), TAGS, L2Format.BINARY);

        String tags = String.join(" ", TAGS);
        assertThat(bytes).hasSize(38 + KEY.length() + tags.length() + 2);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .startsWith("TC\1\0")
                .endsWith(KEY + tags + "{}");
        assertThat(ByteBuffer.wrap(bytes).getLong(8)).isEqualTo(12);
    }

    @Test
    void longValuesAreCompressedAndShortOnesAreNot() {
        assertThat(encode(text(5000), L2Format.BINARY_LZ4)).hasSizeLessThan(1000);
        assertThat(encode(text(1000), L2Format.BINARY_LZ4)).hasSizeGreaterThan(1000);
        assertThat(encode(text(5000), L2Format.BINARY)).hasSizeGreaterThan(5000);
    }

    @ParameterizedTest
    @EnumSource
    void aValueUnderAnotherKeyIsUnreadable(L2Format format) {
        byte[] bytes = encode(utf8("{}"), format);

        assertThatThrownBy(() -> Envelope.decode("ir_v1:bob:AAPL,MSFT", bytes)).isInstanceOf(UnreadableException.class);
        assertThatThrownBy(() -> Envelope.decode("ir_v1:ann:AAPL", bytes)).isInstanceOf(UnreadableException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "T",
                "TC",
                "null",
                "{\"v\":2,\"key\":\"ir_v1:ann:AAPL,MSFT\"}",
                "{\"as_of\":\"2026\"}",
                "TC\2\0 a version that is not known yet, as long as a head"
            })
    void anythingElseIsUnreadable(String text) {
        assertUnreadable(utf8(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "ä", "a\n"})
    void aKeyOrTagThatJsonWouldEscapeIsRefused(String text) {
        CachedValue value = new CachedValue(utf8("{}"), 1, 1);

        assertThat(Envelope.plain(text)).isFalse();
        assertThatThrownBy(() -> Envelope.encode(text, value, TAGS, L2Format.JSON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Envelope.encode(KEY, value, List.of(text), L2Format.JSON))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.oneOf(
                Arbitraries.strings()
                        .ofMaxLength(300)
                        .map(text ->
                                utf8("{\"text\":" + JsonMapper.builder().build().writeValueAsString(text) + "}")),
                Arbitraries.integers().between(1, 6000).map(EnvelopeTest::text),
                Arbitraries.bytes().array(byte[].class).ofMinSize(2040).ofMaxSize(2100));
    }

    @Provide
    Arbitrary<List<String>> tags() {
        return Arbitraries.strings()
                .withCharRange('!', '~')
                .excludeChars('"', '\\')
                .ofMinLength(1)
                .ofMaxLength(20)
                .list()
                .ofMaxSize(5);
    }

    private static byte[] encode(byte[] body, L2Format format) {
        return Envelope.encode(KEY, new CachedValue(body, 1_764_000_000_000L, 900_000, 12), TAGS, format);
    }

    private static void assertUnreadable(byte[] bytes) {
        assertThatThrownBy(() -> Envelope.decode(KEY, bytes)).isInstanceOf(UnreadableException.class);
    }

    /** Gives a binary envelope the checksum that belongs to it. */
    private static void seal(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 4);
        crc.update(bytes, 8, bytes.length - 8);
        ByteBuffer.wrap(bytes).putInt(4, (int) crc.getValue());
    }

    private static byte[] text(int length) {
        return utf8("{\"text\":\"" + "price ".repeat(length).substring(0, length) + "\"}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
