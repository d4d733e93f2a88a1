package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.l2.L2.Entry;
import dev.tiercache.service.cache.l2.L2.Lock;
import dev.tiercache.service.cache.l2.L2.Reply;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Does once what requests will do with Redis, on a key that nobody reads: a process whose code for that has never run
 * loads it while nobody waits. Without it, a Redis that comes back to busy instances makes some requests wait for half a
 * second. What Redis refuses is noted by the session, as for any request.
 */
final class Rehearsal {

    /** The first loads the classes; the code of all of them is warm after so many, or as many as a second allows. */
    private static final int ROUNDS = 100;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration EXPIRY = Duration.ofSeconds(1);
    private static final byte[] BODY = RedisScript.bytes("{\"rehearsal\":true}");

    private final RedisValues values;
    private final RedisLocks locks;
    private boolean done;

    Rehearsal(RedisValues values, RedisLocks locks) {
        this.values = values;
        this.locks = locks;
    }

    /**
     * Does it, the first time that it is called.
     *
     * @param timeout how long each answer is waited for
     */
    void once(RedisSession session, String prefix, Duration timeout) {
        if (done) {
            return;
        }
        done = true;
        String key = KeyNames.rehearsal(prefix);
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS && session.open() && System.nanoTime() - start < LONGEST_NANOS; round++) {
            long now = System.currentTimeMillis();
            var value = new CachedValue(BODY, now, EXPIRY.toMillis());
            byte[] bytes = Envelope.encode(key, value, List.of(), L2Format.JSON);
            var entry = new Entry(key, bytes, now, now + EXPIRY.toMillis());
            Lock lock = locks.tryLock(session, key, EXPIRY, timeout);
            var unused = values.put(session, entry);
            // Once while nothing is there and once while something is: the second runs the script.
            unused = values.putIfNewer(session, entry);
            if (lock instanceof Lock.Acquired mine) {
                locks.release(session, mine);
            }
            read(key, values.get(session, key, timeout));
            values.remove(session, key);
        }
    }

    private static void read(String key, Reply reply) {
        if (reply instanceof Reply.Found(byte[] bytes)) {
            try {
                var unused = Envelope.decode(key, bytes);
            } catch (UnreadableException e) {
                // Another instance rehearses with another version of the form.
            }
        }
    }
}
