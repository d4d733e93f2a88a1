package dev.tiercache.bench;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** An L2 that is away: for benchmarks of L1 alone. */
final class NoL2 implements L2 {

    @Override
    public boolean up() {
        return false;
    }

    @Override
    public long epoch() {
        return 0;
    }

    @Override
    public Reply get(String key, Duration timeout) {
        return new Reply.Unavailable();
    }

    @Override
    public List<Reply> getAll(List<String> keys, Duration timeout) {
        return keys.stream().map(key -> get(key, timeout)).toList();
    }

    @Override
    public Write put(Entry entry) {
        return Write.DROPPED;
    }

    @Override
    public Write putIfNewer(Entry entry) {
        return Write.DROPPED;
    }

    @Override
    public Lock tryLock(String key, Duration hold, Duration timeout) {
        return new Lock.Unavailable();
    }

    @Override
    public void release(Lock.Acquired lock) {
        // There is none.
    }

    @Override
    public long purge(Purge purge, Keys keys, Duration timeout) {
        return -1;
    }

    @Override
    public List<String> recentKeys(int most, Duration timeout) {
        return List.of();
    }

    @Override
    public void noteRecent(Collection<String> keys) {
        // Nobody keeps them.
    }

    @Override
    public void remove(String key) {
        // There is nothing.
    }

    @Override
    public L2Status status() {
        return new L2Status(L2State.OPEN, Instant.EPOCH, "", false, "");
    }

    @Override
    public void watch(String keyPrefix) {
        // Nothing changes where nothing is.
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
