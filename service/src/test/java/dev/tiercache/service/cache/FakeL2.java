package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

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
                    client.listener.key(key);
                }
            }
        }
    }

    private final Store store;
    private final Listener listener;
    volatile boolean up = true;
    private volatile long epoch = 1;

    FakeL2(Store store, Listener listener) {
        this.store = store;
        this.listener = listener;
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
    public List<Reply> getAll(List<String> keys, Duration timeout) {
        return keys.stream().map(key -> get(key, timeout)).toList();
    }

    @Override
    public Write put(Entry entry) {
        if (!up) {
            return Write.DROPPED;
        }
        List<Byte> copy = new ArrayList<>();
        for (byte b : entry.bytes()) {
            copy.add(b);
        }
        store.values.put(entry.key(), new Store.Stored(List.copyOf(copy), entry.expiresAtMillis()));
        store.tell(entry.key(), this);
        return Write.SENT;
    }

    @Override
    public Write putIfNewer(Entry entry) {
        return !up || store.holds(entry.key()) ? up ? Write.SENT : Write.DROPPED : put(entry);
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
