package dev.tiercache.service.cache.l2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.model.CachedValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written to Redis is JSON, comes back as it was, and is unreadable when anything of it changed. */
class EnvelopeTest {

    private static final String KEY = "ir_v1:ann:AAPL,MSFT";

    @Property
    void whatIsWrittenIsRead(
            @ForAll("bodies") byte[] body,
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long created,
            @ForAll @LongRange(min = 1, max = 2_592_000_000L) long ttl)
            throws UnreadableException {
        CachedValue read = Envelope.decode(KEY, Envelope.encode(KEY, new CachedValue(body, created, ttl)));

        assertThat(read.body()).isEqualTo(body);
        assertThat(read.createdAtMillis()).isEqualTo(created);
        assertThat(read.ttlMillis()).isEqualTo(ttl);
    }

    @Property
    void anyChangedByteMakesItUnreadable(
            @ForAll("bodies") byte[] body,
            @ForAll @IntRange(max = 100_000) int where,
            @ForAll @IntRange(min = 1, max = 255) int flip) {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(body, 1_764_000_000_000L, 900_000));
        bytes[where % bytes.length] ^= (byte) flip;

        assertThatThrownBy(() -> Envelope.decode(KEY, bytes)).isInstanceOf(UnreadableException.class);
    }

    @Property
    void anyMissingEndMakesItUnreadable(
            @ForAll("bodies") byte[] body, @ForAll @IntRange(min = 1, max = 100_000) int cut) {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(body, 1, 1));
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1 - cut % bytes.length % (bytes.length - 1));

        assertThatThrownBy(() -> Envelope.decode(KEY, shorter)).isInstanceOf(UnreadableException.class);
    }

    @Test
    void itIsJsonWithTheEnvelopeFirst() {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(utf8("{\"a\":1}"), 12, 34));

        JsonNode json = JsonMapper.builder().build().readTree(bytes);
        assertThat(json.propertyNames()).containsExactly("v", "key", "created_at", "ttl_ms", "crc32c", "value");
        assertThat(json.path("key").asString()).isEqualTo(KEY);
        assertThat(json.path("created_at").asLong()).isEqualTo(12);
        assertThat(json.path("value").path("a").asInt()).isEqualTo(1);
    }

    @Test
    void aValueUnderAnotherKeyIsUnreadable() {
        byte[] bytes = Envelope.encode(KEY, new CachedValue(utf8("{}"), 1, 1));

        assertThatThrownBy(() -> Envelope.decode("ir_v1:bob:AAPL,MSFT", bytes)).isInstanceOf(UnreadableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "{\"v\":2,\"key\":\"ir_v1:ann:AAPL,MSFT\"}", "{\"as_of\":\"2026\"}"})
    void anythingElseIsUnreadable(String text) {
        assertThatThrownBy(() -> Envelope.decode(KEY, utf8(text))).isInstanceOf(UnreadableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "ä", "a\n"})
    void aKeyThatJsonWouldEscapeIsNotPlain(String key) {
        assertThat(Envelope.plain(key)).isFalse();
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        return Arbitraries.strings()
                .ofMaxLength(300)
                .map(text -> utf8("{\"text\":" + JsonMapper.builder().build().writeValueAsString(text) + "}"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
