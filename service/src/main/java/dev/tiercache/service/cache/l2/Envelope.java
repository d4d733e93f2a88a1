package dev.tiercache.service.cache.l2;

import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.io.Serial;
import java.util.List;

/**
 * How a value is written in the second tier, with what is needed to trust it: the version of the format, the key it
 * belongs to, its age, and a checksum (CRC-32C) of all but itself. {@link JsonEnvelope} is for people and machines,
 * {@link BinaryEnvelope} for less memory. Both are read, whatever is written: the first byte tells them apart.
 *
 * <p>What differs in one byte is unreadable, and unreadable is never served.
 */
public final class Envelope {

    /** The largest value that is written or read, bytes. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_KEY = 1024;

    private Envelope() {}

    /** Says why bytes from the second tier are not a value. */
    public static final class UnreadableException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        UnreadableException(String what) {
            super(what, null, false, false);
        }
    }

    /** Whether a key can be repeated in JSON without escapes: printable ASCII but quote and backslash, up to 1,024. */
    public static boolean plain(String key) {
        int length = key.length();
        if (length == 0 || length > MAX_KEY) {
            return false;
        }
        for (int i = 0; i < length; i++) {
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
     * @param value its times are 0 to 10^15 - 1 ms
     * @param tags what the value can be purged by; each {@link #plain}
     * @param format how it is written
     * @throws IllegalArgumentException when one of them is something else
     */
    public static byte[] encode(String key, CachedValue value, List<String> tags, L2Format format) {
        requirePlain("key", key);
        for (String tag : tags) {
            requirePlain("tag", tag);
        }
        return switch (format) {
            case JSON -> JsonEnvelope.encode(key, value, tags);
            case BINARY -> BinaryEnvelope.encode(key, value, tags, false);
            case BINARY_LZ4 -> BinaryEnvelope.encode(key, value, tags, true);
        };
    }

    /**
     * Reads what the second tier has under a key.
     *
     * @throws UnreadableException when it is anything but an unharmed value of that key
     */
    public static CachedValue decode(String key, byte[] bytes) throws UnreadableException {
        if (bytes.length == 0) {
            throw new UnreadableException("empty");
        }
        return bytes[0] == '{' ? JsonEnvelope.decode(key, bytes) : BinaryEnvelope.decode(key, bytes);
    }

    private static void requirePlain(String what, String text) {
        if (!plain(text)) {
            throw new IllegalArgumentException(
                    what + " must be 1 to 1024 printable ASCII characters but space, quote and backslash");
        }
    }
}
