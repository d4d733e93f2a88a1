package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.Envelope.UnreadableException;
import dev.tiercache.service.cache.l2.L2.Entry;
import dev.tiercache.service.cache.l2.L2.Lock;
import dev.tiercache.service.cache.l2.L2.Reply;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Does once what requests will do with Redis, on a key that nobody reads: a process whose code for that has never run
 * loads it while nobody waits. Without it, a Redis that comes back to busy instances makes some requests wait for half a
 * second. What Redis refuses is noted by the session, as for any request.
 */
final class Rehearsal {

    /** The first loads the classes; it is warm when so many in a row were quick. */
    private static final int QUICK_ROUNDS = 20;

    /** What a round may take beside the way to Redis and back, which no rehearsal makes shorter. */
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(3);

    private static final int TRIPS = 7;
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);
    private static final Duration EXPIRY = Duration.ofSeconds(1);
    private static final byte[] BODY = RedisScript.bytes("{\"rehearsal\":true}");

    private final RedisLocks locks;
    private final RedisValues values;
    private boolean done;

    Rehearsal(RedisLocks locks, RedisValues values) {
        this.locks = locks;
        this.values = values;
    }

    /**
     * Does it, the first time that it is called.
     *
     * @param timeout how long each answer is waited for
     * @throws TimeoutException when no answer came in time
     */
    void once(RedisSession session, String prefix, Duration timeout) throws TimeoutException, InterruptedException {
        if (done) {
            return;
        }
        done = true;
        String key = KeyNames.rehearsal(prefix);
        try {
            long start = System.nanoTime();
            long begin = start;
            long trip = Long.MAX_VALUE / TRIPS;
            for (int quick = 0; quick < QUICK_ROUNDS && begin - start < LONGEST_NANOS; ) {
                trip = Math.min(trip, round(session, key, timeout));
                long end = System.nanoTime();
                quick = end - begin - TRIPS * trip < QUICK_NANOS ? quick + 1 : 0;
                begin = end;
            }
        } catch (ExecutionException | UnreadableException e) {
            // Redis refuses it, which the session has noted, or somebody else rehearses with another form of the value.
        }
    }

    /** Returns how long one read took, ns. */
    private long round(RedisSession session, String key, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException, UnreadableException {
        long now = System.currentTimeMillis();
        var value = new CachedValue(BODY, now, EXPIRY.toMillis());
        byte[] bytes = Envelope.encode(key, value, List.of(), L2Format.JSON);
        var entry = new Entry(key, bytes, now, now + EXPIRY.toMillis());
        Lock lock = locks.tryLock(session, key, EXPIRY, timeout);
        // Once while nothing is there and once while something is: the second runs the script.
        for (int write = 0; write < 2; write++) {
            Boolean unused = session.ask(
                    Operation.SET, timeout, commands -> NewerOnly.write(commands, entry, session.scripts()));
        }
        long asked = System.nanoTime();
        byte @Nullable [] found = session.ask(Operation.GET, timeout, commands -> commands.get(key));
        long trip = System.nanoTime() - asked;
        if (found != null && values.get(session, key, timeout) instanceof Reply.Found(byte[] read)) {
            var unused = Envelope.decode(key, read);
        }
        if (lock instanceof Lock.Acquired mine) {
            locks.release(session, mine);
        }
        Long unused = session.ask(Operation.DEL, timeout, commands -> commands.unlink(key));
        return trip;
    }
}
