package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One instance of the service as far as the cache goes: a cache on a real Redis, over an origin that counts. */
final class Instance implements AutoCloseable {

    /** Redis has long to answer: on a busy machine an answer may take longer than the 50 ms that a service waits. */
    static final CacheSettings SETTINGS = waiting(1_000);

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final AtomicInteger computed = new AtomicInteger();
    final TieredCache cache;
    private final AtomicReference<@Nullable RedisL2> redis = new AtomicReference<>();

    /** With so long for each read of Redis, ms. */
    static CacheSettings waiting(long millis) {
        return new CacheSettings("ir_v1:", 900_000, 900_000, 1 << 20, 0, millis, Degradation.L1_ONLY);
    }

    Instance(String url) {
        this(url, () -> new Credentials("", ""), null, SETTINGS);
    }

    Instance(String url, Supplier<Credentials> login) {
        this(url, login, null, SETTINGS);
    }

    Instance(String url, Supplier<Credentials> login, @Nullable Path caFile, CacheSettings settings) {
        CacheMeters meters = new CacheMeters(registry);
        RedisEndpoint endpoint = new RedisEndpoint(RedisURI.create(url), login, caFile);
        this.cache = new TieredCache(
                settings,
                Duration.ofSeconds(5),
                System::currentTimeMillis,
                Ticker.systemTicker(),
                meters,
                invalidations -> {
                    RedisL2 l2 = new RedisL2(
                            endpoint,
                            settings.keyPrefix(),
                            () -> Duration.ofMillis(settings.l2CommandTimeoutMillis()),
                            invalidations,
                            meters);
                    redis.set(l2);
                    return l2;
                });
    }

    /** Reads a name; a computed value says which computation it was. */
    Served get(String name) {
        return get(name, false);
    }

    Served get(String name, boolean fresh) {
        try {
            return cache.get(
                    name,
                    fresh,
                    () -> ("{\"computation\":" + computed.incrementAndGet() + "}").getBytes(StandardCharsets.UTF_8));
        } catch (CacheException e) {
            throw new AssertionError("no answer: " + e.reason(), e);
        }
    }

    boolean up() {
        return cache.l2Status().state() == L2State.UP;
    }

    boolean down() {
        return !up();
    }

    /** Whether Redis is asked at all, which ends before the state says so. */
    boolean asksRedis() {
        RedisL2 l2 = redis.get();
        return l2 != null && l2.up();
    }

    long epoch() {
        RedisL2 l2 = redis.get();
        return l2 == null ? 0 : l2.epoch();
    }

    void loginChanged() {
        RedisL2 l2 = redis.get();
        if (l2 != null) {
            l2.loginChanged();
        }
    }

    double count(String meter, String... tags) {
        return registry.get(meter).tags(tags).counter().count();
    }

    static String body(Served served) {
        return new String(served.value().body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        cache.close();
    }
}
