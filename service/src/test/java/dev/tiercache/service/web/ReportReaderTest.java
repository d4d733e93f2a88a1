package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Loader;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.config.RedisLogin;
import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that rather come again than wait, at a cache whose computations the test holds up. */
class ReportReaderTest {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger computations = new AtomicInteger();
    private final Loader slow = () -> {
        computations.incrementAndGet();
        mayEnd.await();
        return "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
    };
    private final TieredCache cache = cache();
    private final ReportReader reader = new ReportReader(cache, DEADLINE);

    @AfterEach
    void close() {
        mayEnd.countDown();
        cache.close();
    }

    @Test
    void whoPrefersSoComesAgainAndTheComputationGoesOnOnce() throws CacheException {
        assertThat(reader.read("ann:AAPL", false, slow, new Preference(null))).isNull();
        assertThat(reader.read("ann:AAPL", false, slow, new Preference(0))).isNull();

        mayEnd.countDown();

        await().until(() -> cache.hit("ann:AAPL", false, slow) != null);
        Served served = Objects.requireNonNull(reader.read("ann:AAPL", false, slow, new Preference(null)));
        assertThat(served.cached()).isTrue();
        assertThat(computations).hasValue(1);
    }

    @Test
    void whoWaitsLongEnoughGetsTheAnswer() throws CacheException {
        mayEnd.countDown();

        assertThat(reader.read("ann:AAPL", false, slow, new Preference(10))).isNotNull();
    }

    @Test
    void aFailureInTimeIsToldAtOnce() {
        assertThatThrownBy(() -> reader.read(
                        "ann:AAPL",
                        false,
                        () -> {
                            throw new IllegalStateException("no");
                        },
                        new Preference(10)))
                .isInstanceOf(CacheException.class);
    }

    private static TieredCache cache() {
        try {
            Settings settings = Settings.of(Map.of("REDIS_URL", "redis://127.0.0.1:1"));
            LiveConfig config = new LiveConfig(settings);
            CacheMeters meters = new CacheMeters(new SimpleMeterRegistry());
            return new TieredCache(
                    config.current().cache(),
                    DEADLINE,
                    System::currentTimeMillis,
                    Ticker.systemTicker(),
                    meters,
                    listener -> new RedisL2(
                            RedisLogin.endpoint(settings), "ir_v1:", () -> Duration.ofMillis(50), listener, meters));
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
