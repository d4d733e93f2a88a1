package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** L2 in Redis: reads wait a little, writes wait for nobody, and nothing waits while the link is not up. */
public final class RedisL2 implements L2 {

    private static final int MAX_WRITES = 256;
    private static final Duration WRITE_TIMEOUT = Duration.ofMillis(500);

    private final RedisLink link;
    private final CacheMeters meters;
    private final Semaphore writes = new Semaphore(MAX_WRITES);

    /**
     * Makes one and starts to connect; Redis need not be there.
     *
     * @param keyPrefix the prefix to watch at first
     * @param commandTimeout how long reads wait at present; also the time in which Redis has to answer probes
     * @param listener told of changes, on the connection's thread: must not block
     */
    public RedisL2(
            RedisEndpoint endpoint,
            String keyPrefix,
            Supplier<Duration> commandTimeout,
            Listener listener,
            CacheMeters meters) {
        this.meters = meters;
        this.link = new RedisLink(new RedisConnector(endpoint, meters), meters, listener, keyPrefix, commandTimeout);
        meters.l2State(() -> link.status().state());
        meters.gauge(
                "ir.l2.writeback.pending", "Writes to L2 under way", writes, w -> MAX_WRITES - w.availablePermits());
        link.start();
    }

    @Override
    public boolean up() {
        return link.session() != null;
    }

    @Override
    public long epoch() {
        return link.epoch();
    }

    @Override
    public Reply get(String key, Duration timeout) {
        RedisSession session = link.session();
        if (session == null) {
            return new Reply.Unavailable();
        }
        try {
            byte @Nullable [] bytes = session.ask(Operation.GET, timeout, commands -> commands.get(key));
            return bytes == null ? new Reply.Absent() : new Reply.Found(bytes);
        } catch (ExecutionException e) {
            // Somebody put a list or a hash there: to us that is an unreadable value.
            return RedisSession.isError(e.getCause(), "WRONGTYPE")
                    ? new Reply.Found(new byte[0])
                    : new Reply.Unavailable();
        } catch (TimeoutException e) {
            return new Reply.Unavailable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Unavailable();
        }
    }

    @Override
    public List<Reply> getAll(List<String> keys, Duration timeout) {
        return keys.stream().map(key -> get(key, timeout)).toList();
    }

    @Override
    public Write put(Entry entry) {
        return put(entry, new SetArgs());
    }

    @Override
    public Write putIfNewer(Entry entry) {
        return put(entry, new SetArgs().nx());
    }

    private Write put(Entry entry, SetArgs args) {
        RedisSession session = link.session();
        if (session == null || !writes.tryAcquire()) {
            meters.writeDropped();
            return Write.DROPPED;
        }
        session.tell(
                Operation.SET,
                WRITE_TIMEOUT,
                commands -> commands.set(entry.key(), entry.bytes(), args.pxAt(entry.expiresAtMillis())),
                ok -> {
                    writes.release();
                    if (!ok) {
                        meters.writeDropped();
                    }
                });
        // It is tried all the same: that is how the end of the refusals is noticed.
        return session.refuses(Operation.SET) ? Write.DROPPED : Write.SENT;
    }

    @Override
    public Lock tryLock(String key, Duration hold, Duration timeout) {
        return new Lock.Unavailable();
    }

    @Override
    public void release(Lock.Acquired lock) {}

    @Override
    public long purge(Purge purge, Predicate<String> inScope, Duration timeout) {
        return -1;
    }

    @Override
    public List<String> recentKeys(int most, Duration timeout) {
        return List.of();
    }

    @Override
    public void noteRecent(Collection<String> keys) {}

    @Override
    public void remove(String key) {
        RedisSession session = link.session();
        if (session != null) {
            session.tell(Operation.DEL, WRITE_TIMEOUT, commands -> commands.unlink(key), ok -> {});
        }
    }

    @Override
    public L2Status status() {
        L2Status status = link.status();
        RedisSession session = link.session();
        String refusal = session == null ? "" : session.refusal();
        return refusal.isEmpty()
                ? status
                : new L2Status(status.state(), status.since(), status.role(), status.tracking(), refusal);
    }

    @Override
    public void watch(String keyPrefix) {
        link.watch(keyPrefix);
    }

    /** Says that the login may have changed. */
    public void loginChanged() {
        link.loginChanged();
    }

    @Override
    public void close() {
        link.close();
    }
}
