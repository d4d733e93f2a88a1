package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2.Lock;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Locks of keys, as a help and not as a guarantee: each expires by itself, each failure lets the caller go on, and only
 * who took a lock can give it back. A lock is a short lease that its holder renews: one whose holder has died, or whose
 * release was lost with its connection, keeps the others waiting for no longer than that.
 */
final class RedisLocks implements AutoCloseable {

    /** What a user hardly notices. A holder that stands still for longer loses its locks, and somebody computes twice. */
    private static final Duration LEASE = Duration.ofMillis(300);

    private static final Duration RENEWAL = Duration.ofMillis(75);
    private static final Duration TOLD_TIMEOUT = Duration.ofMillis(500);

    /** Between the look and the deletion nobody else gets a turn. */
    private static final RedisScript RELEASE = new RedisScript("""
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """);

    /** As above: who has lost the lock does not renew the next owner's. */
    private static final RedisScript RENEW = new RedisScript("""
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return 0
            """);

    private final String instance =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private final AtomicLong taken = new AtomicLong();
    private final Map<Lock.Acquired, Future<?>> renewals = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("l2-locks").factory());

    RedisLocks() {
        timer.setRemoveOnCancelPolicy(true);
    }

    /**
     * Takes a lock and keeps it until it is given back.
     *
     * @param hold for so long at most
     * @param timeout how long the answer is waited for
     */
    Lock tryLock(@Nullable RedisSession session, String key, Duration hold, Duration timeout) {
        // What could not be given back would keep the others waiting until it expires.
        if (session == null || !session.scripts()) {
            return new Lock.Unavailable();
        }
        var wanted = new Lock.Acquired(key, instance + "-" + taken.incrementAndGet());
        SetArgs ifFree = new SetArgs().nx().px(hold.compareTo(LEASE) < 0 ? hold : LEASE);
        try {
            @Nullable
            String answer = session.ask(
                    Operation.LOCK,
                    timeout,
                    commands -> commands.set(KeyNames.lock(key), RedisScript.bytes(wanted.token()), ifFree));
            if (answer == null) {
                return new Lock.Held();
            }
            renew(session, wanted, System.nanoTime() + hold.minus(LEASE).toNanos());
            return wanted;
        } catch (TimeoutException e) {
            // It may still be taken, and then nobody would know that it is ours.
            release(session, wanted);
            return new Lock.Unavailable();
        } catch (ExecutionException e) {
            return new Lock.Unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            release(session, wanted);
            return new Lock.Unavailable();
        }
    }

    /** After all that was sent on this session before: one connection keeps the order. */
    void release(@Nullable RedisSession session, Lock.Acquired lock) {
        Future<?> renewal = renewals.remove(lock);
        if (renewal != null) {
            renewal.cancel(false);
        }
        if (session != null) {
            tell(session, RELEASE, lock, RedisScript.bytes(lock.token()));
        }
    }

    /** Has no more locks renewed. */
    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** On the session that took it: with another one begins another time, and it is lost. */
    private void renew(RedisSession session, Lock.Acquired lock, long lastNanos) {
        Runnable renewal = () -> {
            if (System.nanoTime() - lastNanos < 0) {
                tell(session, RENEW, lock, RedisScript.bytes(lock.token()), RedisScript.bytes(LEASE.toMillis()));
            }
        };
        long pause = RENEWAL.toNanos();
        try {
            renewals.put(lock, timer.scheduleAtFixedRate(renewal, pause, pause, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            // Closed: it expires.
        }
    }

    private static void tell(RedisSession session, RedisScript script, Lock.Acquired lock, byte[]... arguments) {
        session.tell(
                Operation.LOCK,
                TOLD_TIMEOUT,
                commands -> script.run(commands, KeyNames.lock(lock.key()), arguments),
                failure -> {});
    }
}
