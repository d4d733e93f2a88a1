package dev.tiercache.e2e.ledger.redis;

import java.util.concurrent.ThreadLocalRandom;

/** How long to wait before the next try: 20 ms, then twice as long each time, at most 200 ms, less a random part. */
public final class Backoff {

    private static final long FIRST_MILLIS = 20;
    private static final long LONGEST_MILLIS = 200;
    private static final int MAX_DOUBLINGS = 4;

    private Backoff() {}

    /**
     * Nanoseconds before the next try.
     *
     * @param failures how many tries in a row failed; 0 waits for nothing
     */
    public static long nanos(int failures) {
        if (failures <= 0) {
            return 0;
        }
        long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, MAX_DOUBLINGS)) * 1_000_000;
        return Math.max(FIRST_MILLIS * 1_000_000, ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }
}
