package dev.tiercache.bench.jmh;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import io.lettuce.core.RedisURI;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tiercache as the service puts it together: the engine, Redis, and meters that Prometheus reads. */
final class TiercacheEngine {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PREFIX = "bench:";

    final TieredCache cache;

    /** Makes one whose L2 is up. */
    TiercacheEngine(long l1MaxBytes, Duration ttl) {
        CacheMeters meters = meters();
        Clock clock = Clock.systemUTC();
        long millis = ttl.toMillis();
        L2[] l2 = new L2[1];
        cache = new TieredCache(
                new CacheSettings(PREFIX, millis, millis, l1MaxBytes, 0, 1_000, Degradation.L1_ONLY),
                Duration.ofSeconds(10),
                clock::millis,
                Ticker.systemTicker(),
                meters,
                listener -> l2[0] = redis(PREFIX, listener, meters));
        awaitUp(l2[0]);
    }

    /** The meters on a registry of their own. */
    static CacheMeters meters() {
        return new CacheMeters(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    }

    /** The second tier alone. */
    static RedisL2 redis(String prefix, L2.Listener listener, CacheMeters meters) {
        return new RedisL2(
                new RedisEndpoint(
                        RedisURI.create(System.getProperty(Alternation.REDIS)),
                        () -> new RedisEndpoint.Credentials("", ""),
                        null),
                prefix,
                () -> Duration.ofSeconds(1),
                listener,
                meters);
    }

    /** Waits for the connection. */
    static void awaitUp(L2 l2) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!l2.up()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("L2 does not come up: " + l2.status());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
