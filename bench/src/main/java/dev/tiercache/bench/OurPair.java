package dev.tiercache.bench;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.bench.peer.Stranger;
import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Layer;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.Degradation;
import dev.tiercache.service.cache.model.L2Format;
import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The service's engine, over an origin that always gives the newest value. */
final class OurPair implements Pair {

    private static final String PREFIX = "ir_v1:";
    private static final String NAME = "ada:AAPL";
    private static final String KEY = PREFIX + NAME;
    private static final long TTL_MILLIS = 900_000;

    private final Stranger stranger;
    private final List<TieredCache> caches;
    private volatile String origin = json("");

    OurPair(String url) {
        stranger = new Stranger(url);
        caches = Stream.generate(() -> cache(url)).limit(2).toList();
        caches.forEach(cache -> Pair.await(
                () -> cache.l2Status().state() == L2State.UP,
                () -> cache.l2Status().toString()));
    }

    @Override
    public void hold(String value) {
        origin = json(value);
        byte[] envelope = envelope(value);
        Pair.await(
                () -> {
                    // An instance that computed the value before this one may write that only now.
                    if (!Arrays.equals(stranger.redis().get(KEY), envelope)) {
                        stranger.redis().set(KEY, envelope);
                    }
                    return inL1(0, value) & inL1(1, value);
                },
                () -> "wanted " + value + ", are " + scene(0) + ", " + scene(1));
    }

    @Override
    public String change(Change change, String value) {
        origin = json(value);
        switch (change) {
            case SET -> stranger.redis().set(KEY, envelope(value));
            case DEL -> stranger.redis().del(KEY);
            case FLUSHALL -> stranger.redis().flushall();
        }
        return value;
    }

    @Override
    public String changeByItself(String value) {
        throw new UnsupportedOperationException("an instance never changes a value but by computing it anew");
    }

    @Override
    public String read(int instance) {
        return text(get(instance));
    }

    @Override
    public String breakAndSet(String value) {
        origin = json(value);
        stranger.killOthersAndSet(KEY, envelope(value));
        return value;
    }

    @Override
    public void close() {
        caches.forEach(TieredCache::close);
        stranger.close();
    }

    private String scene(int instance) {
        return get(instance) + " " + text(get(instance)) + " "
                + caches.get(instance).l2Status();
    }

    private boolean inL1(int instance, String value) {
        Served served = get(instance);
        return served.layer() == Layer.L1 && text(served).equals(value);
    }

    private Served get(int instance) {
        try {
            return caches.get(instance).get(NAME, false, () -> origin.getBytes(StandardCharsets.UTF_8));
        } catch (CacheException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] envelope(String value) {
        return Envelope.encode(
                KEY,
                new CachedValue(json(value).getBytes(StandardCharsets.UTF_8), System.currentTimeMillis(), TTL_MILLIS),
                List.of(),
                L2Format.JSON);
    }

    private static String json(String value) {
        return "{\"value\":\"" + value + "\"}";
    }

    private static String text(Served served) {
        String json = new String(served.value().body(), StandardCharsets.UTF_8);
        return json.substring(10, json.length() - 2);
    }

    private static TieredCache cache(String url) {
        CacheSettings settings = new CacheSettings(PREFIX, TTL_MILLIS, TTL_MILLIS, 1 << 20, 0, 50, Degradation.L1_ONLY);
        CacheMeters meters = new CacheMeters(new SimpleMeterRegistry());
        RedisEndpoint endpoint = new RedisEndpoint(RedisURI.create(url), () -> new Credentials("", ""), null);
        return new TieredCache(
                settings,
                Duration.ofSeconds(10),
                System::currentTimeMillis,
                Ticker.systemTicker(),
                meters,
                invalidations -> new RedisL2(
                        endpoint,
                        PREFIX,
                        () -> Duration.ofMillis(settings.l2CommandTimeoutMillis()),
                        invalidations,
                        meters));
    }
}
