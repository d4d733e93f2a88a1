package dev.tiercache.e2e.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * The values of a run: {@code sequence:payload:checksum}. The payload follows from seed, writer and sequence, so that any
 * value can be made again and compared whole; the checksum is CRC32C, in hexadecimal, of all before it.
 *
 * @param seed of the run
 * @param bytes of payload
 */
record Values(long seed, int bytes) {

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

    /** The only right value of a write. */
    String of(int writer, long sequence) {
        SplittableRandom random = new SplittableRandom(seed ^ (writer * 0xD1B54A32D192ED03L) ^ (sequence << 16));
        StringBuilder text = new StringBuilder(bytes + 32).append(sequence).append(':');
        for (int i = 0; i < bytes; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.append(':').append(checksum(text)).toString();
    }

    /** The sequence of an intact value; -1 for one whose shape or checksum is wrong. */
    static long sequence(String value) {
        int first = value.indexOf(':');
        int last = value.lastIndexOf(':');
        if (first < 1 || last <= first || !value.substring(last + 1).equals(checksum(value.subSequence(0, last + 1)))) {
            return -1;
        }
        try {
            return Long.parseLong(value, 0, first, 10);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static String checksum(CharSequence text) {
        CRC32C crc = new CRC32C();
        crc.update(text.toString().getBytes(US_ASCII));
        return "%08x".formatted(crc.getValue());
    }
}
