package dev.tiercache.service.cache.l2;

import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * How a value is written in Redis: one JSON object that a person can read, and that a machine checks and cuts apart
 * without parsing JSON.
 *
 * <pre>{"v":1,"key":"ir_v1:ann:AAPL","created_at":1764000000000,"ttl_ms":900000,"crc32c":"0a1b2c3d","value":{...}}</pre>
 *
 * The key is repeated so that a value under a wrong key is noticed, and the checksum covers all that stands before it
 * and the value. {@code created_at} is in ms since the epoch. The fields have this order and no space between them; what
 * differs in one byte is unreadable, and unreadable is never served.
 */
public final class Envelope {

    /** The largest value that is written or read, bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private static final byte[] START = ascii("{\"v\":1,\"key\":\"");
    private static final byte[] CREATED = ascii("\",\"created_at\":");
    private static final byte[] TTL = ascii(",\"ttl_ms\":");
    private static final byte[] CRC = ascii(",\"crc32c\":\"");
    private static final byte[] VALUE = ascii("\",\"value\":");
    private static final int CRC_DIGITS = 8;
    private static final int MAX_DIGITS = 15;

    private Envelope() {}

    /** Says why bytes from Redis are not a value. */
    public static final class UnreadableException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private UnreadableException(String what) {
            super(what, null, false, false);
        }
    }

    /** Whether a key can be repeated in JSON without escapes: printable ASCII but quote and backslash, up to 1,024. */
    public static boolean plain(String key) {
        if (key.isEmpty() || key.length() > 1024) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /**
     * Writes a value.
     *
     * @param key must be {@link #plain}
     * @param tags what the value can be purged by; each {@link #plain}
     * @param format how it is written
     */
    public static byte[] encode(String key, CachedValue value, List<String> tags, L2Format format) {
        return encode(key, value);
    }

    static byte[] encode(String key, CachedValue value) {
        byte[] head = ascii(new String(START, StandardCharsets.US_ASCII)
                + key
                + text(CREATED)
                + value.createdAtMillis()
                + text(TTL)
                + value.ttlMillis());
        byte[] crc = ascii(text(CRC) + hex(checksum(head, head.length, value.body(), 0, value.body().length)));
        byte[] out = Arrays.copyOf(head, head.length + crc.length + VALUE.length + value.body().length + 1);
        int at = head.length;
        System.arraycopy(crc, 0, out, at, crc.length);
        at += crc.length;
        System.arraycopy(VALUE, 0, out, at, VALUE.length);
        at += VALUE.length;
        System.arraycopy(value.body(), 0, out, at, value.body().length);
        out[out.length - 1] = '}';
        return out;
    }

    /**
     * Reads what Redis has under a key.
     *
     * @throws UnreadableException when it is anything but an unharmed value of that key
     */
    public static CachedValue decode(String key, byte[] bytes) throws UnreadableException {
        Cursor in = new Cursor(bytes);
        in.expect(START, "version");
        in.expect(ascii(key), "key");
        in.expect(CREATED, "created_at");
        long createdAt = in.number("created_at");
        in.expect(TTL, "ttl_ms");
        long ttl = in.number("ttl_ms");
        int headLength = in.at;
        in.expect(CRC, "crc32c");
        byte[] crc = in.take(CRC_DIGITS, "crc32c");
        in.expect(VALUE, "value");
        int from = in.at;
        int length = bytes.length - 1 - from;
        if (length < 1 || bytes[bytes.length - 1] != '}') {
            throw new UnreadableException("end");
        }
        if (!Arrays.equals(crc, ascii(hex(checksum(bytes, headLength, bytes, from, length))))) {
            throw new UnreadableException("crc32c");
        }
        if (ttl < 1) {
            throw new UnreadableException("ttl_ms");
        }
        return new CachedValue(Arrays.copyOfRange(bytes, from, from + length), createdAt, ttl);
    }

    private static int checksum(byte[] head, int headLength, byte[] body, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(head, 0, headLength);
        crc.update(body, from, length);
        return (int) crc.getValue();
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }

    private static final class Cursor {
        private final byte[] bytes;
        private int at;

        private Cursor(byte[] bytes) {
            this.bytes = bytes;
        }

        private void expect(byte[] literal, String field) throws UnreadableException {
            int end = at + literal.length;
            if (end > bytes.length || !Arrays.equals(bytes, at, end, literal, 0, literal.length)) {
                throw new UnreadableException(field);
            }
            at = end;
        }

        private byte[] take(int count, String field) throws UnreadableException {
            if (at + count > bytes.length) {
                throw new UnreadableException(field);
            }
            at += count;
            return Arrays.copyOfRange(bytes, at - count, at);
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
    }
}
