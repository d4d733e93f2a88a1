package dev.tiercache.bench.jmh;

import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The second tier alone, and what the engine does with its answers: from a key to a checked body. */
final class TiercacheL2 implements AutoCloseable {

    static final String PREFIX = "bench:";

    /** Far above what a read takes, so that a busy machine makes it slow and not a failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RedisL2 l2 = TiercacheEngine.redis(PREFIX, new Ignored(), TiercacheEngine.meters());

    TiercacheL2() {
        TiercacheEngine.awaitUp(l2);
    }

    /** Puts a body of its own under a key, and waits until it is there. */
    void fill(String key, Duration ttl) {
        long now = System.currentTimeMillis();
        CachedValue value = new CachedValue(Bodies.body(), now, ttl.toMillis());
        byte[] bytes = Envelope.encode(key, value, List.of(), L2Format.JSON);
        if (l2.put(new L2.Entry(key, bytes, now, now + ttl.toMillis())) != L2.Write.SENT) {
            throw new IllegalStateException("Redis did not take the value of " + key);
        }
        while (!(l2.get(key, PATIENCE) instanceof L2.Reply.Found)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Reads one. */
    byte[] read(String key) throws Envelope.UnreadableException {
        return body(key, l2.get(key, PATIENCE));
    }

    /** Reads some at once, in their order. */
    List<byte[]> readAll(String... keys) throws Envelope.UnreadableException {
        List<L2.Reply> replies = l2.getAll(List.of(keys), PATIENCE);
        List<byte[]> bodies = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            bodies.add(body(keys[i], replies.get(i)));
        }
        return bodies;
    }

    @Override
    public void close() {
        l2.close();
    }

    private static byte[] body(String key, L2.Reply reply) throws Envelope.UnreadableException {
        if (reply instanceof L2.Reply.Found(byte[] bytes)) {
            return Envelope.decode(key, bytes).body();
        }
        throw new IllegalStateException("every read should be a hit, but got " + reply);
    }

    /** Nothing is kept that could become invalid. */
    private static final class Ignored implements L2.Listener {
        @Override
        public void key(String key) {
            // Nothing is kept.
        }

        @Override
        public void all() {
            // Nothing is kept.
        }

        @Override
        public void purged(List<L2.Purge> purges) {
            // Nothing is kept.
        }

        @Override
        public void clock(long millis) {
            // Nothing ages.
        }

        @Override
        public void reopening(L2.Reopening tier) {
            // Nothing is kept.
        }

        @Override
        public boolean mayWrite(L2.Entry waited) {
            return true;
        }
    }
}
