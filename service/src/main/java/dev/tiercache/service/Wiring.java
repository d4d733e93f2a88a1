package dev.tiercache.service;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.CacheOptions;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.config.LogLevels;
import dev.tiercache.service.config.MarketSettings;
import dev.tiercache.service.config.RedisLogin;
import dev.tiercache.service.config.Settings;
import dev.tiercache.service.errors.ErrorsConfiguration;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.csv.CsvMarketData;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.market.http.HttpMarketData;
import dev.tiercache.service.market.http.HttpSourceLimits;
import dev.tiercache.service.report.MarketReportSource;
import dev.tiercache.service.report.ReportSource;
import dev.tiercache.service.stream.StreamConfiguration;
import dev.tiercache.service.warmup.WarmUpConfiguration;
import dev.tiercache.service.web.ReportNames;
import dev.tiercache.service.web.WebConfiguration;
import dev.tiercache.service.web.admin.AdminConfiguration;
import dev.tiercache.service.web.openapi.ApiDocumentConfiguration;
import dev.tiercache.service.web.page.PageConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the parts together: the only place that knows them all. */
@Configuration(proxyBeanMethods = false)
@Import({
    WebConfiguration.class,
    AdminConfiguration.class,
    ApiDocumentConfiguration.class,
    ErrorsConfiguration.class,
    PageConfiguration.class,
    StreamConfiguration.class,
    WarmUpConfiguration.class
})
class Wiring {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    LiveConfig liveConfig(Settings settings) {
        LiveConfig config = new LiveConfig(settings);
        config.onChange(live -> LogLevels.apply(LoggingSystem.get(Wiring.class.getClassLoader()), live.logLevel()));
        config.start();
        return config;
    }

    @Bean
    TieredCache cache(Settings settings, LiveConfig config, MeterRegistry registry, Clock clock) {
        CacheMeters meters = new CacheMeters(registry);
        TieredCache cache = new TieredCache(
                config.current().cache(),
                CacheOptions.of(WebConfiguration.DEADLINE, clock::millis, Ticker.systemTicker())
                        .with(ReportNames::tags),
                meters,
                listener -> redis(settings, config, meters, listener));
        config.onChange(live -> cache.apply(live.cache()));
        return cache;
    }

    @Bean
    MarketData marketData(Settings settings, Clock clock, MeterRegistry registry) {
        MarketSettings market = settings.market();
        if (market.url() != null) {
            return new HttpMarketData(
                    market.url(), market::apiKey, HttpSourceLimits.of(market.concurrency(), market.stale()), registry);
        }
        return market.folder() != null ? new CsvMarketData(market.folder()) : new DemoMarketData(clock);
    }

    @Bean
    ReportSource reportSource(MarketData market, Settings settings) {
        return new MarketReportSource(market, settings.defaultSymbols());
    }

    private static RedisL2 redis(Settings settings, LiveConfig config, CacheMeters meters, L2.Listener listener) {
        RedisL2 redis = new RedisL2(
                RedisLogin.endpoint(settings),
                config.current().cache().keyPrefix(),
                () -> Duration.ofMillis(config.current().cache().l2CommandTimeoutMillis()),
                listener,
                meters);
        config.onPasswordChange(redis::loginChanged);
        return redis;
    }
}
