package dev.tiercache.service.cache.l2;

import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.model.CachedValue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * A short head before the value's bytes. Numbers are big-endian and unsigned; times are in ms.
 *
 * <pre>
 *  0  'T' 'C'      what it is
 *  2  1 byte       version: 1
 *  3  1 byte       flags: 1 the value is compressed (an LZ4 block), the others 0
 *  4  4 bytes      CRC-32C of all but these four
 *  8  8 bytes      created at, since the epoch
 * 16  8 bytes      TTL
 * 24  4 bytes      time of the computation
 * 28  2 bytes      length of the key
 * 30  4 bytes      length of the tags
 * 34  4 bytes      length of the value before it was compressed
 * 38  key, tags with a space between them, value
 * </pre>
 */
final class BinaryEnvelope {

    /** From this many bytes on a value is worth compressing. */
    static final int COMPRESSED_FROM = 2048;

    private static final int HEAD = 38;
    private static final int CRC_AT = 4;
    private static final int CRC_END = CRC_AT + Integer.BYTES;
    private static final byte VERSION = 1;
    private static final byte COMPRESSED = 1;
    private static final long MAX_NUMBER = 999_999_999_999_999L;

    /** In pure Java, without Unsafe: native code would have to be unpacked to a file system that may be read-only. */
    private static final LZ4Factory LZ4 = LZ4Factory.safeInstance();

    private BinaryEnvelope() {}

    static byte[] encode(String key, CachedValue value, List<String> tags, boolean compress) {
        byte[] body = value.body();
        int tagBytes = tags.isEmpty() ? 0 : tags.size() - 1;
        for (String tag : tags) {
            tagBytes += tag.length();
        }
        byte[] stored = compress && body.length >= COMPRESSED_FROM ? compressed(body) : body;
        byte flags = stored == body ? 0 : COMPRESSED;
        int valueAt = HEAD + key.length() + tagBytes;
        byte[] bytes = new byte[valueAt + stored.length];
        System.arraycopy(stored, 0, bytes, valueAt, stored.length);
        ByteBuffer head = ByteBuffer.wrap(bytes)
                .put((byte) 'T')
                .put((byte) 'C')
                .put(VERSION)
                .put(flags)
                .putInt(0)
                .putLong(time(value.createdAtMillis()))
                .putLong(time(value.ttlMillis()))
                .putInt((int) Math.min(time(value.computeMillis()), Integer.MAX_VALUE))
                .putShort((short) key.length())
                .putInt(tagBytes)
                .putInt(body.length);
        int at = text(key, bytes, HEAD);
        for (int i = 0; i < tags.size(); i++) {
            if (i > 0) {
                bytes[at++] = ' ';
            }
            at = text(tags.get(i), bytes, at);
        }
        head.putInt(CRC_AT, checksum(bytes));
        return bytes;
    }

    static CachedValue decode(String key, byte[] bytes) throws UnreadableException {
        require(bytes.length >= HEAD && bytes[0] == 'T' && bytes[1] == 'C', "head");
        require(bytes[2] == VERSION, "version");
        byte flags = bytes[3];
        require((flags & ~COMPRESSED) == 0, "flags");
        ByteBuffer head = ByteBuffer.wrap(bytes);
        // A value under another key is nothing to us, however sound it is.
        int keyLength = head.getShort(28) & 0xffff;
        require(keyLength == key.length() && same(key, bytes, HEAD), "key");
        require(head.getInt(CRC_AT) == checksum(bytes), "crc32c");
        long createdAt = head.getLong(8);
        require(createdAt >= 0, "created_at");
        long ttl = head.getLong(16);
        require(ttl >= 1, "ttl");
        int compute = head.getInt(24);
        require(compute >= 0, "compute");
        int tagBytes = head.getInt(30);
        require(tagBytes >= 0 && tagBytes <= bytes.length - HEAD - keyLength, "tags");
        int valueAt = HEAD + keyLength + tagBytes;
        int length = head.getInt(34);
        require(length >= 1 && length <= Envelope.MAX_BYTES, "size");
        byte[] body;
        if (flags == COMPRESSED) {
            body = decompress(bytes, valueAt, length);
        } else {
            require(length == bytes.length - valueAt, "size");
            body = Arrays.copyOfRange(bytes, valueAt, bytes.length);
        }
        return new CachedValue(body, createdAt, ttl, compute);
    }

    /** The same array where compressing does not make it smaller. */
    private static byte[] compressed(byte[] body) {
        byte[] room = new byte[body.length - 1];
        try {
            int length = LZ4.fastCompressor().compress(body, 0, body.length, room, 0, room.length);
            return Arrays.copyOf(room, length);
        } catch (LZ4Exception e) {
            // No room left.
            return body;
        }
    }

    private static byte[] decompress(byte[] bytes, int at, int length) throws UnreadableException {
        byte[] body = new byte[length];
        try {
            require(LZ4.safeDecompressor().decompress(bytes, at, bytes.length - at, body, 0, length) == length, "size");
        } catch (LZ4Exception e) {
            throw new UnreadableException("lz4");
        }
        return body;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CRC_AT);
        crc.update(bytes, CRC_END, bytes.length - CRC_END);
        return (int) crc.getValue();
    }

    private static long time(long millis) {
        if (millis < 0 || millis > MAX_NUMBER) {
            throw new IllegalArgumentException("times must be 0 to " + MAX_NUMBER + " ms, not " + millis);
        }
        return millis;
    }

    private static int text(String ascii, byte[] bytes, int from) {
        int at = from;
        for (int i = 0; i < ascii.length(); i++) {
            bytes[at++] = (byte) ascii.charAt(i);
        }
        return at;
    }

    private static boolean same(String ascii, byte[] bytes, int from) {
        if (ascii.length() > bytes.length - from) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[from + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String what) throws UnreadableException {
        if (!holds) {
            throw new UnreadableException(what);
        }
    }
}
