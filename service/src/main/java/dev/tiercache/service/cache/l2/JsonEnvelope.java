package dev.tiercache.service.cache.l2;

import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.model.CachedValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One JSON object that a person can read, and that a machine checks and cuts apart without parsing JSON.
 *
 * <pre>{"v":1,"key":"ir_v1:ann:AAPL","created_at":1764000000000,"ttl_ms":900000,"compute_ms":12,
 * "tags":["user:ann","symbol:AAPL"],"crc32c":"0a1b2c3d","value":{...}}</pre>
 *
 * It is one line; the fields have this order and no space between them. Times are in ms, {@code created_at} since the
 * epoch. The checksum covers all but its own eight digits.
 */
final class JsonEnvelope {

    private static final byte[] START = ascii("{\"v\":1,\"key\":\"");
    private static final byte[] CREATED = ascii("\",\"created_at\":");
    private static final byte[] TTL = ascii(",\"ttl_ms\":");
    private static final byte[] COMPUTE = ascii(",\"compute_ms\":");
    private static final byte[] TAGS = ascii(",\"tags\":[");
    private static final byte[] CRC = ascii("],\"crc32c\":\"");
    private static final byte[] VALUE = ascii("\",\"value\":");
    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final int CRC_DIGITS = 8;
    private static final int MAX_DIGITS = 15;
    private static final long MAX_NUMBER = 999_999_999_999_999L;

    private JsonEnvelope() {}

    static byte[] encode(String key, CachedValue value, List<String> tags) {
        byte[] body = value.body();
        int tagBytes = tags.isEmpty() ? 0 : tags.size() - 1;
        for (String tag : tags) {
            tagBytes += tag.length() + 2;
        }
        Writer out = new Writer(
                new byte
                        [START.length
                                + key.length()
                                + CREATED.length
                                + digits(value.createdAtMillis())
                                + TTL.length
                                + digits(value.ttlMillis())
                                + COMPUTE.length
                                + digits(value.computeMillis())
                                + TAGS.length
                                + tagBytes
                                + CRC.length
                                + CRC_DIGITS
                                + VALUE.length
                                + body.length
                                + 1]);
        out.bytes(START);
        out.text(key);
        out.bytes(CREATED);
        out.number(value.createdAtMillis());
        out.bytes(TTL);
        out.number(value.ttlMillis());
        out.bytes(COMPUTE);
        out.number(value.computeMillis());
        out.bytes(TAGS);
        for (int i = 0; i < tags.size(); i++) {
            if (i > 0) {
                out.one(',');
            }
            out.one('"');
            out.text(tags.get(i));
            out.one('"');
        }
        out.bytes(CRC);
        int crcAt = out.at;
        out.at += CRC_DIGITS;
        out.bytes(VALUE);
        out.bytes(body);
        out.one('}');
        int crc = checksum(out.bytes, crcAt);
        for (int i = 0; i < CRC_DIGITS; i++) {
            out.bytes[crcAt + i] = HEX[(crc >>> (28 - 4 * i)) & 0xf];
        }
        return out.bytes;
    }

    static CachedValue decode(String key, byte[] bytes) throws UnreadableException {
        Reader in = new Reader(bytes);
        in.expect(START, "version");
        in.expect(key, "key");
        in.expect(CREATED, "created_at");
        long createdAt = in.number("created_at");
        in.expect(TTL, "ttl_ms");
        long ttl = in.number("ttl_ms");
        in.expect(COMPUTE, "compute_ms");
        long compute = in.number("compute_ms");
        in.expect(TAGS, "tags");
        in.skipTags();
        in.expect(CRC, "crc32c");
        int crcAt = in.at;
        int crc = in.hex();
        in.expect(VALUE, "value");
        int end = bytes.length - 1;
        if (end <= in.at || bytes[end] != '}') {
            throw new UnreadableException("end");
        }
        if (end - in.at > Envelope.MAX_BYTES) {
            throw new UnreadableException("size");
        }
        if (crc != checksum(bytes, crcAt)) {
            throw new UnreadableException("crc32c");
        }
        if (ttl < 1) {
            throw new UnreadableException("ttl_ms");
        }
        return new CachedValue(Arrays.copyOfRange(bytes, in.at, end), createdAt, ttl, compute);
    }

    private static int checksum(byte[] bytes, int crcAt) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, crcAt);
        crc.update(bytes, crcAt + CRC_DIGITS, bytes.length - crcAt - CRC_DIGITS);
        return (int) crc.getValue();
    }

    private static int digits(long number) {
        if (number < 0 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("times must be 0 to " + MAX_NUMBER + " ms, not " + number);
        }
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Fills an array that is as long as all that is written to it. */
    private static final class Writer {
        private final byte[] bytes;
        private int at;

        private Writer(byte[] bytes) {
            this.bytes = bytes;
        }

        private void one(char ascii) {
            bytes[at++] = (byte) ascii;
        }

        private void bytes(byte[] part) {
            System.arraycopy(part, 0, bytes, at, part.length);
            at += part.length;
        }

        private void text(String ascii) {
            for (int i = 0; i < ascii.length(); i++) {
                bytes[at++] = (byte) ascii.charAt(i);
            }
        }

        private void number(long number) {
            int end = at + digits(number);
            long rest = number;
            for (int i = end - 1; i >= at; i--) {
                bytes[i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            at = end;
        }
    }

    /** Goes through an array, and stops at the first byte that is not as it must be. */
    private static final class Reader {
        private final byte[] bytes;
        private int at;

        private Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        private void expect(byte[] literal, String field) throws UnreadableException {
            int end = at + literal.length;
            if (end > bytes.length || !Arrays.equals(bytes, at, end, literal, 0, literal.length)) {
                throw new UnreadableException(field);
            }
            at = end;
        }

        private void expect(String ascii, String field) throws UnreadableException {
            int length = ascii.length();
            if (length > bytes.length - at) {
                throw new UnreadableException(field);
            }
            for (int i = 0; i < length; i++) {
                if (bytes[at + i] != ascii.charAt(i)) {
                    throw new UnreadableException(field);
                }
            }
            at += length;
        }

        private long number(String field) throws UnreadableException {
            long value = 0;
            int start = at;
            while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
                if (at - start == MAX_DIGITS) {
                    throw new UnreadableException(field);
                }
                value = value * 10 + (bytes[at] - '0');
                at++;
            }
            if (at == start) {
                throw new UnreadableException(field);
            }
            return value;
        }

        /** To the bracket that ends the list: one outside of quotes. What is in the tags, the checksum vouches for. */
        private void skipTags() throws UnreadableException {
            boolean quoted = false;
            while (at < bytes.length && (quoted || bytes[at] != ']')) {
                quoted ^= bytes[at] == '"';
                at++;
            }
            if (at == bytes.length) {
                throw new UnreadableException("tags");
            }
        }

        private int hex() throws UnreadableException {
            if (bytes.length - at < CRC_DIGITS) {
                throw new UnreadableException("crc32c");
            }
            int value = 0;
            for (int i = 0; i < CRC_DIGITS; i++) {
                byte digit = bytes[at++];
                // No capitals: each checksum is written in one way only.
                if (digit >= '0' && digit <= '9') {
                    value = (value << 4) | (digit - '0');
                } else if (digit >= 'a' && digit <= 'f') {
                    value = (value << 4) | (digit - 'a' + 10);
                } else {
                    throw new UnreadableException("crc32c");
                }
            }
            return value;
        }
    }
}
