package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2.Lock;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Locks of keys, as a help and not as a guarantee: each expires by itself, each failure lets the caller go on, and only
 * who took a lock can give it back.
 */
final class RedisLocks {

    private static final Duration RELEASE_TIMEOUT = Duration.ofMillis(500);

    /** Between the look and the deletion nobody else gets a turn. */
    private static final RedisScript RELEASE = new RedisScript("""
            if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
            return 0
            """);

    private final String instance =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    private final AtomicLong taken = new AtomicLong();

    Lock tryLock(@Nullable RedisSession session, String key, Duration hold, Duration timeout) {
        // What could not be given back would keep the others waiting until it expires.
        if (session == null || !session.scripts()) {
            return new Lock.Unavailable();
        }
        var wanted = new Lock.Acquired(key, instance + "-" + taken.incrementAndGet());
        SetArgs ifFree = new SetArgs().nx().px(hold);
        try {
            @Nullable
            String answer = session.ask(
                    Operation.LOCK,
                    timeout,
                    commands -> commands.set(KeyNames.lock(key), RedisScript.bytes(wanted.token()), ifFree));
            return answer == null ? new Lock.Held() : wanted;
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
        if (session != null) {
            session.tell(
                    Operation.LOCK,
                    RELEASE_TIMEOUT,
                    commands -> RELEASE.run(commands, KeyNames.lock(lock.key()), RedisScript.bytes(lock.token())),
                    failure -> {});
        }
    }
}
