package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
        private final Map<String, String> locks = new ConcurrentHashMap<>();
        private final Map<String, Long> purges = new ConcurrentHashMap<>();
        private final List<FakeL2> clients = new ArrayList<>();
        private final LongSupplier clock;
        /** Runs between what an instance asks and what it is answered, and before it goes on. */
        volatile Runnable meanwhile = () -> {};

        Store(LongSupplier clock) {
            this.clock = clock;
        }

        record Stored(List<Byte> bytes, long created, long until) {}

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

        /** Lets what is over leave, as Redis does: everybody connected is told. */
        void expire() {
            values.forEach((key, stored) -> {
                if (stored.until() <= clock.getAsLong() && values.remove(key, stored)) {
                    tell(key, null);
                }
            });
        }

        /** FLUSHALL. */
        void flush() {
            values.clear();
            locks.clear();
            purges.clear();
            clients.stream().filter(client -> client.armed).forEach(client -> client.listener.all());
        }

        private void tell(String key, @org.jspecify.annotations.Nullable FakeL2 except) {
            for (FakeL2 client : clients) {
                if (client != except && client.armed) {
                    client.listener.key(key);
                }
            }
        }
    }

    private final Store store;
    private final Listener listener;
    private final Map<String, Entry> queue = new LinkedHashMap<>();
    private final List<Purge> unpublished = new ArrayList<>();
    volatile boolean up = true;
    /** Whether it is told of changes. */
    private volatile boolean armed = true;

    private volatile long epoch = 1;
    private long lastEpoch = 1;

    FakeL2(Store store, Listener listener) {
        this.store = store;
        this.listener = listener;
        store.clients.add(this);
    }

    void disconnect() {
        up = false;
        armed = false;
    }

    /** Before it is up. */
    private final class About implements Reopening {
        private final long next;

        About(long next) {
            this.next = next;
        }

        @Override
        public long epoch() {
            return next;
        }

        @Override
        public List<Reply> getAll(List<String> keys, Duration timeout) {
            store.meanwhile.run();
            return keys.stream().map(FakeL2.this::read).toList();
        }

        @Override
        public Write putIfNewer(Entry entry) {
            return writeIfNewer(entry);
        }
    }

    /** Tells what time it is in Redis, as the heartbeat does. */
    void tellTime() {
        listener.clock(store.clock.getAsLong());
    }

    /** Purges first, then what waited to be written, as the real link does; it may break meanwhile. */
    void reconnect() {
        if (armed) {
            return;
        }
        publish();
        listener.purged(store.purges.entrySet().stream()
                .map(purge -> new Purge(purge.getKey(), purge.getValue()))
                .toList());
        armed = true;
        long next = ++lastEpoch;
        listener.reopening(new About(next));
        if (!armed || lastEpoch != next) {
            return;
        }
        epoch = next;
        up = true;
        List<Entry> waited = List.copyOf(queue.values());
        queue.clear();
        for (Entry entry : waited) {
            if (listener.mayWrite(entry)) {
                var unused = putIfNewer(entry);
            }
        }
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
        store.meanwhile.run();
        return up ? read(key) : new Reply.Unavailable();
    }

    private Reply read(String key) {
        Store.Stored stored = store.values.get(key);
        Reply reply = new Reply.Absent();
        if (stored != null && stored.until() > store.clock.getAsLong()) {
            byte[] bytes = new byte[stored.bytes().size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = stored.bytes().get(i);
            }
            reply = new Reply.Found(bytes);
        }
        store.meanwhile.run();
        return reply;
    }

    @Override
    public List<Reply> getAll(List<String> keys, Duration timeout) {
        return keys.stream().map(key -> get(key, timeout)).toList();
    }

    @Override
    public Write put(Entry entry) {
        if (!up) {
            queue.put(entry.key(), entry);
            return Write.QUEUED;
        }
        return write(entry);
    }

    private Write write(Entry entry) {
        store.meanwhile.run();
        List<Byte> copy = new ArrayList<>();
        for (byte b : entry.bytes()) {
            copy.add(b);
        }
        store.values.put(
                entry.key(), new Store.Stored(List.copyOf(copy), entry.createdAtMillis(), entry.expiresAtMillis()));
        store.tell(entry.key(), this);
        return Write.SENT;
    }

    @Override
    public Write putIfNewer(Entry entry) {
        return up ? writeIfNewer(entry) : Write.DROPPED;
    }

    private Write writeIfNewer(Entry entry) {
        Store.Stored there = store.values.get(entry.key());
        return there != null && store.holds(entry.key()) && there.created() >= entry.createdAtMillis()
                ? Write.SENT
                : write(entry);
    }

    @Override
    public Lock tryLock(String key, Duration hold, Duration timeout) {
        if (!up) {
            return new Lock.Unavailable();
        }
        String token = "token-" + System.identityHashCode(this);
        return store.locks.putIfAbsent(key, token) == null ? new Lock.Acquired(key, token) : new Lock.Held();
    }

    @Override
    public void release(Lock.Acquired lock) {
        store.locks.remove(lock.key(), lock.token());
    }

    @Override
    public long purge(Purge purge, Keys keys, Duration timeout) {
        Predicate<String> inScope = switch (keys) {
            case Keys.One(String key) -> key::equals;
            case Keys.Matching(Predicate<String> test) -> test;
        };
        unpublished.add(purge);
        if (!up) {
            return -1;
        }
        publish();
        long deleted = store.values.keySet().stream().filter(inScope).count();
        for (String key : List.copyOf(store.values.keySet())) {
            if (inScope.test(key)) {
                store.meanwhile.run();
                store.values.remove(key);
                store.tell(key, this);
            }
        }
        return deleted;
    }

    private void publish() {
        List<Purge> mine = List.copyOf(unpublished);
        unpublished.clear();
        for (Purge purge : mine) {
            long at = store.purges.merge(purge.scope(), purge.atMillis(), (old, now) -> Math.max(old + 1, now));
            for (FakeL2 client : store.clients) {
                if (client != this && client.up) {
                    client.listener.purged(List.of(new Purge(purge.scope(), at)));
                }
            }
        }
    }

    @Override
    public List<String> recentKeys(int most, Duration timeout) {
        return store.values.keySet().stream().limit(most).toList();
    }

    @Override
    public void noteRecent(Collection<String> keys) {
        // All are.
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
        epoch = ++lastEpoch;
    }

    @Override
    public void close() {
        up = false;
    }
}
