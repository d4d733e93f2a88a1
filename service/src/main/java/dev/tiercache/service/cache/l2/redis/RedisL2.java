package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * L2 in Redis, 6.2 or newer: reads wait a little, writes wait for nobody, and nothing waits while the link is not up.
 * {@link RedisLink} keeps the connection; what is asked on it is the business of one small class each.
 */
public final class RedisL2 implements L2 {

    private static final Duration LAST_WRITES = Duration.ofSeconds(1);

    private final Listener listener;
    private final RedisLink link;
    private final RedisValues values;
    private final WriteBack writeBack;
    private final RedisLocks locks = new RedisLocks();
    private final RedisPurges purges;
    private final RecentKeys recent;

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
        this.listener = listener;
        TierClock clock = new TierClock();
        this.purges = new RedisPurges(listener, meters);
        this.recent = new RecentKeys(clock);
        this.writeBack = new WriteBack(this::session, clock, listener, meters);
        this.values = new RedisValues(writeBack, meters);
        this.link = new RedisLink(
                new RedisConnector(endpoint, meters),
                meters,
                listener,
                purges,
                new Upkeep(listener, purges, clock, new Rehearsal(locks, values), commandTimeout),
                keyPrefix,
                this::reopened,
                this::beat);
        meters.l2State(() -> link.status().state());
        meters.bounded("l2_commands", RedisConnector.MAX_QUEUED_COMMANDS, link, RedisL2::commandsUnderWay);
        link.start();
    }

    private @Nullable RedisSession session() {
        return link.session();
    }

    private void reopened(RedisSession session, long epoch) {
        listener.reopening(new Reopening() {
            @Override
            public long epoch() {
                return epoch;
            }

            @Override
            public List<Reply> getAll(List<String> keys, Duration timeout) {
                return values.getAll(session, keys, timeout);
            }

            @Override
            public Write putIfNewer(Entry entry) {
                return values.putIfNewer(session, entry);
            }
        });
    }

    private void beat() {
        writeBack.wake();
    }

    private static int commandsUnderWay(RedisLink link) {
        RedisSession session = link.session();
        return session == null ? 0 : session.underWay();
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
        return values.get(link.session(), key, timeout);
    }

    @Override
    public List<Reply> getAll(List<String> keys, Duration timeout) {
        return values.getAll(link.session(), keys, timeout);
    }

    @Override
    public Write put(Entry entry) {
        return values.put(link.session(), entry);
    }

    @Override
    public Write putIfNewer(Entry entry) {
        return values.putIfNewer(link.session(), entry);
    }

    @Override
    public void remove(String key) {
        values.remove(link.session(), key);
    }

    @Override
    public Lock tryLock(String key, Duration hold, Duration timeout) {
        return locks.tryLock(link.session(), key, hold, timeout);
    }

    @Override
    public void release(Lock.Acquired lock) {
        locks.release(link.session(), lock);
    }

    @Override
    public long purge(Purge purge, Keys keys, Duration timeout) {
        long deleted = -1;
        RedisSession session = link.session();
        if (session != null) {
            try {
                deleted = purges.purge(session, link.keyPrefix(), purge, keys, timeout);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (deleted < 0) {
            purges.keep(purge);
            link.purgePending();
        }
        return deleted;
    }

    @Override
    public List<String> recentKeys(int most, Duration timeout) {
        return recent.latest(link.session(), link.keyPrefix(), most, timeout);
    }

    @Override
    public void noteRecent(Collection<String> keys) {
        recent.note(link.session(), link.keyPrefix(), keys);
    }

    @Override
    public L2Status status() {
        L2Status status = link.status();
        RedisSession session = link.session();
        String refusal = session == null ? "" : session.refusal();
        return new L2Status(
                status.state(),
                status.since(),
                status.role(),
                status.tracking(),
                refusal.isEmpty() ? status.lastError() : refusal,
                commandsUnderWay(link),
                writeBack.pending());
    }

    @Override
    public void watch(String keyPrefix) {
        link.watch(keyPrefix);
    }

    /** Says that the login may have changed. */
    public void loginChanged() {
        link.loginChanged();
    }

    /** Writes what was given to it and has not arrived, for a second at most and as long as the link is up. */
    @Override
    public void close() {
        long end = System.nanoTime() + LAST_WRITES.toNanos();
        try {
            if (up()) {
                // First what is under way: it waits again when it was not answered.
                values.finish(LAST_WRITES);
                writeBack.finish(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        link.close();
        locks.close();
    }
}
