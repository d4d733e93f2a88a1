package dev.tiercache.service.cache.l2.redis;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import dev.tiercache.service.redis.RedisServer;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The second tier as one instance has it, with a listener that writes down what it hears. */
final class Client implements AutoCloseable {

    static final String PREFIX = "ir_v1:";
    static final Duration WAIT = Duration.ofSeconds(1);
    static final long HOUR = 3_600_000;

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final List<String> keys = new CopyOnWriteArrayList<>();
    final List<L2.Purge> purges = new CopyOnWriteArrayList<>();
    final List<Long> clock = new CopyOnWriteArrayList<>();
    /** What was heard and asked, in its order: {@code purged}, {@code mayWrite KEY}. */
    final ConcurrentLinkedQueue<String> order = new ConcurrentLinkedQueue<>();

    volatile Predicate<L2.Entry> mayWrite = entry -> true;
    final RedisL2 l2;

    Client(RedisServer redis) {
        this(redis.url(), PREFIX, "", "");
    }

    Client(String url, String prefix, String user, String password) {
        this(
                new RedisEndpoint(RedisURI.create(url), () -> new RedisEndpoint.Credentials(user, password), null),
                prefix);
    }

    Client(RedisEndpoint endpoint) {
        this(endpoint, PREFIX);
    }

    private Client(RedisEndpoint endpoint, String prefix) {
        this.l2 =
                new RedisL2(endpoint, prefix, () -> Duration.ofMillis(200), new Listener(), new CacheMeters(registry));
    }

    static Client connected(RedisServer redis) {
        Client client = new Client(redis);
        client.awaitUp();
        return client;
    }

    void awaitUp() {
        await("a connection to Redis").atMost(Duration.ofSeconds(10)).until(l2::up);
    }

    void awaitDown() {
        await("the end of the connection").atMost(Duration.ofSeconds(10)).until(() -> !l2.up());
    }

    /** What a key holds, or what else was answered. */
    String read(String key) {
        return switch (l2.get(key, WAIT)) {
            case L2.Reply.Found(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
            case L2.Reply.Absent() -> "absent";
            case L2.Reply.Unavailable() -> "unavailable";
        };
    }

    /** When the value under a key was computed; 0 when there is none. */
    long createdAt(String key) {
        try {
            return l2.get(key, WAIT) instanceof L2.Reply.Found(byte[] bytes)
                    ? Envelope.decode(key, bytes).createdAtMillis()
                    : 0;
        } catch (Envelope.UnreadableException e) {
            return 0;
        }
    }

    double depth(String queue) {
        return registry.get("ir.queue.depth").tag("queue", queue).gauge().value();
    }

    static L2.Entry entry(String key, long createdAt) {
        return entry(key, createdAt, L2Format.JSON);
    }

    static L2.Entry entry(String key, long createdAt, L2Format format) {
        CachedValue value = new CachedValue("{}".getBytes(StandardCharsets.UTF_8), createdAt, HOUR);
        return new L2.Entry(
                key,
                Envelope.encode(key, value, List.of("user:ann"), format),
                createdAt,
                System.currentTimeMillis() + HOUR);
    }

    @Override
    public void close() {
        l2.close();
    }

    private final class Listener implements L2.Listener {
        @Override
        public void key(String key) {
            keys.add(key);
        }

        @Override
        public void all() {
            keys.add("*");
        }

        @Override
        public void purged(List<L2.Purge> news) {
            purges.addAll(news);
            order.add("purged");
        }

        @Override
        public void clock(long millis) {
            clock.add(millis);
        }

        @Override
        public void reopening(L2.Reopening tier) {
            // Nothing is kept here that could be confirmed.
        }

        @Override
        public boolean mayWrite(L2.Entry waited) {
            order.add("mayWrite " + waited.key());
            return mayWrite.test(waited);
        }
    }
}
