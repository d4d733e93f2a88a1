package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2.Entry;
import dev.tiercache.service.cache.l2.L2.Reply;
import dev.tiercache.service.cache.l2.L2.Write;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.KeyValue;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads and writes values. Each method is given the session to use, null while there is none. */
final class RedisValues {

    private static final int MAX_WRITES = 256;
    private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);
    private static final Reply ABSENT = new Reply.Absent();
    private static final Reply UNAVAILABLE = new Reply.Unavailable();

    private final WriteBack writeBack;
    private final CacheMeters meters;
    private final Semaphore writes = new Semaphore(MAX_WRITES);

    RedisValues(WriteBack writeBack, CacheMeters meters) {
        this.writeBack = writeBack;
        this.meters = meters;
        meters.bounded("l2_writes", MAX_WRITES, writes, permits -> MAX_WRITES - permits.availablePermits());
    }

    Reply get(@Nullable RedisSession session, String key, Duration timeout) {
        if (session == null) {
            return UNAVAILABLE;
        }
        try {
            byte @Nullable [] bytes = session.ask(Operation.GET, timeout, commands -> commands.get(key));
            return bytes == null ? ABSENT : new Reply.Found(bytes);
        } catch (ExecutionException e) {
            // Somebody put a list or a hash there: to us that is an unreadable value.
            return RedisSession.isError(e.getCause(), "WRONGTYPE") ? new Reply.Found(new byte[0]) : UNAVAILABLE;
        } catch (TimeoutException e) {
            return UNAVAILABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNAVAILABLE;
        }
    }

    List<Reply> getAll(@Nullable RedisSession session, List<String> keys, Duration timeout) {
        if (keys.isEmpty()) {
            return List.of();
        }
        if (session != null) {
            try {
                String[] names = keys.toArray(String[]::new);
                List<KeyValue<String, byte[]>> values =
                        session.ask(Operation.MGET, timeout, commands -> commands.mget(names));
                List<Reply> replies = new ArrayList<>(values.size());
                for (KeyValue<String, byte[]> value : values) {
                    replies.add(value.hasValue() ? new Reply.Found(value.getValue()) : ABSENT);
                }
                return replies;
            } catch (ExecutionException | TimeoutException e) {
                // As if it had not been asked.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return Collections.nCopies(keys.size(), UNAVAILABLE);
    }

    Write put(@Nullable RedisSession session, Entry entry) {
        if (session == null) {
            writeBack.add(entry);
            return Write.QUEUED;
        }
        if (!writes.tryAcquire()) {
            meters.writeDropped();
            return Write.DROPPED;
        }
        writeBack.supersede(entry.key());
        session.tell(
                Operation.SET,
                WRITE_TIMEOUT,
                commands -> commands.set(entry.key(), entry.bytes(), new SetArgs().pxAt(entry.expiresAtMillis())),
                failure -> {
                    writes.release();
                    if (RedisSession.refused(failure)) {
                        meters.writeDropped();
                    } else if (failure != null) {
                        // Nobody knows whether it arrived: writing it once more does no harm.
                        writeBack.add(entry);
                    }
                });
        return sent(session);
    }

    Write putIfNewer(@Nullable RedisSession session, Entry entry) {
        if (session == null || !writes.tryAcquire()) {
            meters.writeDropped();
            return Write.DROPPED;
        }
        session.tell(
                Operation.SET,
                WRITE_TIMEOUT,
                commands -> NewerOnly.write(commands, entry, session.scripts()),
                failure -> {
                    writes.release();
                    if (failure != null) {
                        meters.writeDropped();
                    }
                });
        return sent(session);
    }

    void remove(@Nullable RedisSession session, String key) {
        if (session != null) {
            session.tell(Operation.DEL, WRITE_TIMEOUT, commands -> commands.unlink(key), failure -> {});
        }
    }

    /** Waits until all that was sent is answered, so long at most. There is no writing afterwards. */
    void finish(Duration most) throws InterruptedException {
        boolean unused = writes.tryAcquire(MAX_WRITES, most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** It is tried also while Redis refuses writes: that is how the end of the refusals is noticed. */
    private static Write sent(RedisSession session) {
        return session.refuses(Operation.SET) ? Write.DROPPED : Write.SENT;
    }
}
