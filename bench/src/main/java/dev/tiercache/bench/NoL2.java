package dev.tiercache.bench;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.time.Instant;

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
    public boolean put(String key, byte[] bytes, long ttlMillis, boolean onlyIfAbsent) {
        return false;
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
