package dev.tiercache.service.web.gzip;

/**
 * The checksum of gzip (RFC 1952, 8), carried on from where it was for earlier bytes: the platform's starts anew each
 * time, and can't be told where another one ended.
 */
final class Crc32 {

    private static final int POLYNOMIAL = 0xEDB88320;
    private static final int[] TABLE = table();

    private Crc32() {}

    /**
     * The checksum of earlier bytes and these.
     *
     * @param crc that of the earlier bytes; 0 for none
     */
    static int update(int crc, byte[] bytes, int offset, int length) {
        int state = ~crc;
        for (int i = offset; i < offset + length; i++) {
            state = TABLE[(state ^ bytes[i]) & 0xff] ^ (state >>> 8);
        }
        return ~state;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int entry = i;
            for (int bit = 0; bit < 8; bit++) {
                entry = (entry & 1) == 0 ? entry >>> 1 : entry >>> 1 ^ POLYNOMIAL;
            }
            table[i] = entry;
        }
        return table;
    }
}
