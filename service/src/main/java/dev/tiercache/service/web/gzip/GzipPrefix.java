package dev.tiercache.service.web.gzip;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The compressed beginning of documents that differ in their ends only: made once, and each end is put behind it as it
 * is, in a block that stores it. Together they are one gzip member (RFC 1952), which every client reads.
 *
 * <pre>
 * kept:   header | blocks of the beginning, ended at a byte's border | checksum of the beginning
 * sent:   header | blocks of the beginning | last block: the end, stored | checksum of all | length of all
 * </pre>
 */
public final class GzipPrefix {

    /** An end may have so many bytes: what one stored block holds (RFC 1951, 3.2.4). */
    public static final int MAX_END = 0xffff;

    /** Bytes before the end and behind it. */
    private static final int BLOCK_HEAD = 5;

    private static final int TRAILER = 8;

    private static final int CHECKSUM = 4;

    /** Deflate, no name, no time, no matter which system (RFC 1952, 2.3). */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final byte LAST_STORED_BLOCK = 1;

    private GzipPrefix() {}

    /** Compresses a beginning: the first {@code length} bytes. Costs about 10 ns a byte. */
    public static byte[] of(byte[] bytes, int length) {
        byte[] out = Arrays.copyOf(HEADER, HEADER.length + length / 2 + 64);
        int size = HEADER.length;
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(bytes, 0, length);
            boolean full = true;
            while (full) {
                // A flush that fills the room may not be over; one that does not is (zlib's manual, deflate()).
                size += deflater.deflate(out, size, out.length - size - CHECKSUM, Deflater.SYNC_FLUSH);
                full = size == out.length - CHECKSUM;
                if (full) {
                    out = Arrays.copyOf(out, 2 * out.length);
                }
            }
        } finally {
            deflater.end();
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        little(out, size).putInt((int) crc.getValue());
        return Arrays.copyOf(out, size + CHECKSUM);
    }

    /** How many bytes a document has when it is compressed. */
    public static int length(byte[] prefix, int endLength) {
        return prefix.length - CHECKSUM + BLOCK_HEAD + endLength + TRAILER;
    }

    /** How many bytes of the prefix are sent; {@link #rest} follows. */
    public static int sent(byte[] prefix) {
        return prefix.length - CHECKSUM;
    }

    /**
     * What follows the prefix in one document.
     *
     * @param beginningLength bytes of the beginning before it was compressed
     * @param end the document's end: its first {@code endLength} bytes, at most {@link #MAX_END}
     */
    public static byte[] rest(byte[] prefix, int beginningLength, byte[] end, int endLength) {
        if (endLength > MAX_END) {
            throw new IllegalArgumentException("an end has at most " + MAX_END + " bytes, not " + endLength);
        }
        int crc = Crc32.update(little(prefix, prefix.length - CHECKSUM).getInt(), end, 0, endLength);
        byte[] rest = new byte[BLOCK_HEAD + endLength + TRAILER];
        little(rest, 0)
                .put(LAST_STORED_BLOCK)
                .putShort((short) endLength)
                .putShort((short) ~endLength)
                .put(end, 0, endLength)
                .putInt(crc)
                .putInt(beginningLength + endLength);
        return rest;
    }

    private static ByteBuffer little(byte[] bytes, int from) {
        return ByteBuffer.wrap(bytes).position(from).order(ByteOrder.LITTLE_ENDIAN);
    }
}
