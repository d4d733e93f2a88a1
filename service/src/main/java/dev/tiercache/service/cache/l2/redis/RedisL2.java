package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
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
     * @param invalidations told of changes, on the connection's thread: must not block
     */
    public RedisL2(
            RedisEndpoint endpoint,
            String keyPrefix,
            Supplier<Duration> commandTimeout,
            Invalidations invalidations,
            CacheMeters meters) {
        this.meters = meters;
        this.link =
                new RedisLink(new RedisConnector(endpoint, meters), meters, invalidations, keyPrefix, commandTimeout);
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
    public boolean put(String key, byte[] bytes, long ttlMillis, boolean onlyIfAbsent) {
        RedisSession session = link.session();
        if (session == null || !writes.tryAcquire()) {
            meters.writeDropped();
            return false;
        }
        SetArgs args = SetArgs.Builder.px(ttlMillis);
        session.tell(
                Operation.SET,
                WRITE_TIMEOUT,
                commands -> commands.set(key, bytes, onlyIfAbsent ? args.nx() : args),
                ok -> {
                    writes.release();
                    if (!ok) {
                        meters.writeDropped();
                    }
                });
        // It is tried all the same: that is how the end of the refusals is noticed.
        return !session.refuses(Operation.SET);
    }

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
