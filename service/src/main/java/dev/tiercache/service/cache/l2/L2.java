package dev.tiercache.service.cache.l2;

import java.time.Duration;

/** The second tier as the engine sees it. Nothing here throws because the tier is away: that is an answer. */
public interface L2 extends AutoCloseable {

    /** An answer to {@link #get}. */
    sealed interface Reply {
        /** The key has these bytes. */
        @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
        record Found(byte[] bytes) implements Reply {}

        /** The tier says that it has no such key. */
        record Absent() implements Reply {}

        /** The tier did not answer, or was not asked because it is not up. Says nothing of the key. */
        record Unavailable() implements Reply {}
    }

    /** Told what other clients changed or deleted, and what expired, as long as the tier is up. */
    interface Invalidations {
        /** This key. */
        void key(String key);

        /** Everything. */
        void all();
    }

    /** Whether it is asked at present; false costs callers nothing. */
    boolean up();

    /**
     * Grows by one each time that invalidations may have been missed: before the tier is up again, and when the watched
     * prefix changes.
     */
    long epoch();

    /**
     * Reads a key.
     *
     * @param timeout the longest wait
     */
    Reply get(String key, Duration timeout);

    /**
     * Writes a key behind the caller's back: returns at once.
     *
     * @param ttlMillis how long the tier keeps it, ms, at least 1
     * @param onlyIfAbsent whether what is there already stays
     * @return whether the write was taken on; false when the tier is not up, too many writes are under way, or the tier
     *     refused the one before this
     */
    boolean put(String key, byte[] bytes, long ttlMillis, boolean onlyIfAbsent);

    /** Deletes a key behind the caller's back. */
    void remove(String key);

    /** What there is to say about it. */
    L2Status status();

    /** Watches another prefix from now on. */
    void watch(String keyPrefix);

    @Override
    void close();
}
