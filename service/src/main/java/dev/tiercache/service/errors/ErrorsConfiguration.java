package dev.tiercache.service.errors;

import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.config.Settings;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the error reports. Without a DSN there is nothing of Sentry in the process. */
@Configuration(proxyBeanMethods = false)
public class ErrorsConfiguration {

    private static final Duration LOOK = Duration.ofSeconds(5);

    @Bean
    ErrorReports errorReports(Settings settings) {
        return settings.sentry().on() ? new SentryReports(settings.sentry()) : ErrorReports.NONE;
    }

    @Bean
    DisposableBean cacheWatch(ErrorReports errors, TieredCache cache, MeterRegistry registry) {
        if (errors == ErrorReports.NONE) {
            return () -> {};
        }
        CacheWatch watch =
                new CacheWatch(errors, () -> cache.l2Status().state(), () -> unreadable(registry), System.nanoTime());
        Thread thread = Thread.ofVirtual().name("cache-watch").start(() -> {
            try {
                while (true) {
                    Thread.sleep(LOOK);
                    watch.look(System.nanoTime());
                }
            } catch (InterruptedException e) {
                // The service ends.
            }
        });
        return thread::interrupt;
    }

    private static double unreadable(MeterRegistry registry) {
        Meter meter = registry.find("ir.cache.gets")
                .tags("layer", "l2", "result", "unreadable")
                .meter();
        return meter == null
                ? 0
                : StreamSupport.stream(meter.measure().spliterator(), false)
                        .mapToDouble(Measurement::getValue)
                        .sum();
    }
}
