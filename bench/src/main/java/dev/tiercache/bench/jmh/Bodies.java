package dev.tiercache.bench.jmh;

import java.nio.charset.StandardCharsets;

/** What all benchmarks read: as many names and bodies as reports of ordinary size would be. */
final class Bodies {

    /** A power of two. */
    static final int COUNT = 1_024;

    static final int BYTES = 5 * 1_024;

    private Bodies() {}

    /** The names, without a prefix. */
    static String[] names(String prefix) {
        String[] names = new String[COUNT];
        for (int i = 0; i < COUNT; i++) {
            names[i] = prefix + "user" + i + ":AAPL,MSFT";
        }
        return names;
    }

    /** A JSON document of its own. */
    static byte[] body() {
        return ("{\"text\":\"" + "x".repeat(BYTES - 11) + "\"}").getBytes(StandardCharsets.US_ASCII);
    }
}
