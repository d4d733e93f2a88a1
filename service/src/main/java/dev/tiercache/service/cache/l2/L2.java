package dev.tiercache.service.cache.l2;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * The second tier as the engine sees it. Nothing here throws because the tier is away: that is an answer. Keys are whole
 * ({@code ir_v1:ann:AAPL}); times are ms since the epoch by the tier's own clock, see {@link Listener#clock}.
 */
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

    /**
     * A value to write.
     *
     * @param key its key
     * @param bytes what is written, as {@link Envelope} makes it
     * @param createdAtMillis when it was computed
     * @param expiresAtMillis when the tier shall forget it
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Entry(String key, byte[] bytes, long createdAtMillis, long expiresAtMillis) {}

    /** What became of a write. */
    enum Write {
        /** It is on its way. */
        SENT,
        /** The tier is not up: it is written when the tier is back, unless something newer is there by then. */
        QUEUED,
        /** It is lost: too many are under way or wait, or the tier refuses writes. */
        DROPPED
    }

    /** An answer to {@link #tryLock}. */
    sealed interface Lock {
        /** It is the caller's now: {@link #release} when done. */
        record Acquired(String key, String token) implements Lock {}

        /** Somebody else has it. */
        record Held() implements Lock {}

        /** The tier did not answer, or refuses locks. Nobody is kept from going on. */
        record Unavailable() implements Lock {}
    }

    /**
     * A purge: values computed before {@code atMillis} are not to be served any more by anybody.
     *
     * @param scope which values, in the engine's words, printable ASCII, never empty; or {@link #EVERYTHING}
     * @param atMillis values made until then, inclusive
     */
    record Purge(String scope, long atMillis) {
        /** The scope of all values: what too many purges become. */
        public static final String EVERYTHING = "*";
    }

    /** Which keys are meant. */
    sealed interface Keys {
        /** This one. */
        record One(String key) implements Keys {}

        /** Those that match, among all with the watched prefix. */
        record Matching(Predicate<String> test) implements Keys {}
    }

    /** Told what happens in the tier, as long as it is up; on the connection's thread, so it must not block. */
    interface Listener {
        /** Another client changed or deleted this key, or it expired. */
        void key(String key);

        /** Everything is gone. */
        void all();

        /**
         * Purges by any instance that are still in force: all of them before the tier is up again, new ones at once.
         */
        void purged(List<Purge> purges);

        /** The tier's clock shows this now, ms since the epoch. */
        void clock(long millis);

        /**
         * The tier is about to be up: what was made in earlier epochs may be confirmed before anybody else asks. On a
         * thread that may block, but nobody is served by the tier before this returns.
         */
        void reopening(Reopening tier);

        /** Whether a value that waited to be written may still be: false when a purge came between. */
        boolean mayWrite(Entry waited);
    }

    /** A tier that is about to be up: it tells of changes already. */
    interface Reopening {
        /** The epoch that begins when it is up; if it does not come to that, no later one has the same number. */
        long epoch();

        /** Reads keys in one round trip, see {@link L2#getAll}. */
        List<Reply> getAll(List<String> keys, Duration timeout);

        /** Writes unless there is a value that is as new or newer, see {@link L2#putIfNewer}. */
        Write putIfNewer(Entry entry);
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
     * Reads keys in one round trip.
     *
     * @param timeout the longest wait for all of them
     * @return as many replies as keys, in their order
     */
    List<Reply> getAll(List<String> keys, Duration timeout);

    /** Writes behind the caller's back, over whatever is there: returns at once. Kept for later while the tier is not up. */
    Write put(Entry entry);

    /** Writes behind the caller's back unless the tier has a value that is as new or newer. Never kept for later. */
    Write putIfNewer(Entry entry);

    /** Deletes a key behind the caller's back. */
    void remove(String key);

    /**
     * Takes the lock of a key, which is for nobody but those who ask for it. It ends soon after its holder has died.
     *
     * @param hold when it is given up by itself at the latest
     * @param timeout the longest wait for an answer
     */
    Lock tryLock(String key, Duration hold, Duration timeout);

    /** Gives a lock back, behind the caller's back, after all that was written before; a lock lost meanwhile stays where it is. */
    void release(Lock.Acquired lock);

    /**
     * Publishes a purge to every instance, then deletes what it is about. Blocks. Each purge of a scope is published with a
     * later time than the one before, whatever the clocks say: that is how instances tell new ones from those they know.
     *
     * @param keys what is deleted
     * @param timeout the longest wait for each step
     * @return how many keys were deleted; -1 when the tier did not answer: then the purge is published when it is back
     */
    long purge(Purge purge, Keys keys, Duration timeout);

    /**
     * Keys that instances read often lately, the latest first.
     *
     * @param most how many at most
     */
    List<String> recentKeys(int most, Duration timeout);

    /** Says that these keys are read often now, behind the caller's back. */
    void noteRecent(Collection<String> keys);

    /** What there is to say about it. */
    L2Status status();

    /** Watches another prefix from now on. */
    void watch(String keyPrefix);

    @Override
    void close();
}
