package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** An L2 in this process, for what depends on time and order alone; several caches may share its {@link Store}. */
final class FakeL2 implements L2 {

    /** What a Redis holds and whom it tells. */
    static final class Store {
        private final Map<String, Stored> values = new ConcurrentHashMap<>();
        private final List<FakeL2> clients = new ArrayList<>();
        private final LongSupplier clock;

        Store(LongSupplier clock) {
            this.clock = clock;
        }

        record Stored(List<Byte> bytes, long until) {}

        boolean holds(String key) {
            Stored stored = values.get(key);
            return stored != null && stored.until() > clock.getAsLong();
        }

        long ttlMillis(String key) {
            Stored stored = values.get(key);
            return stored == null ? -2 : stored.until() - clock.getAsLong();
        }

        /** Deletes as redis-cli would: everybody connected is told. */
        void delete(String key) {
            values.remove(key);
            tell(key, null);
        }

        private void tell(String key, @org.jspecify.annotations.Nullable FakeL2 except) {
            for (FakeL2 client : clients) {
                if (client != except && client.up) {
                    client.invalidations.key(key);
                }
            }
        }
    }

    private final Store store;
    private final Invalidations invalidations;
    volatile boolean up = true;
    private volatile long epoch = 1;

    FakeL2(Store store, Invalidations invalidations) {
        this.store = store;
        this.invalidations = invalidations;
        store.clients.add(this);
    }

    void disconnect() {
        up = false;
    }

    void reconnect() {
        epoch = epoch + 1;
        up = true;
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public Reply get(String key, Duration timeout) {
        if (!up) {
            return new Reply.Unavailable();
        }
        Store.Stored stored = store.values.get(key);
        if (stored == null || stored.until() <= store.clock.getAsLong()) {
            return new Reply.Absent();
        }
        byte[] bytes = new byte[stored.bytes().size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = stored.bytes().get(i);
        }
        return new Reply.Found(bytes);
    }

    @Override
    public boolean put(String key, byte[] bytes, long ttlMillis, boolean onlyIfAbsent) {
        if (!up || (onlyIfAbsent && store.holds(key))) {
            return up;
        }
        List<Byte> copy = new ArrayList<>();
        for (byte b : bytes) {
            copy.add(b);
        }
        store.values.put(key, new Store.Stored(List.copyOf(copy), store.clock.getAsLong() + ttlMillis));
        store.tell(key, this);
        return true;
    }

    @Override
    public void remove(String key) {
        store.values.remove(key);
        store.tell(key, this);
    }

    @Override
    public L2Status status() {
        return new L2Status(up ? L2State.UP : L2State.OPEN, Instant.EPOCH, "master", up, "");
    }

    @Override
    public void watch(String keyPrefix) {
        epoch = epoch + 1;
    }

    @Override
    public void close() {
        up = false;
    }
}
