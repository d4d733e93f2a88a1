package dev.tiercache.service.web;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.errors.ErrorReports;
import dev.tiercache.service.report.ReportSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** The parts of the HTTP side. */
@Configuration(proxyBeanMethods = false)
public class WebConfiguration {

    /** The longest that a request waits for a report. */
    public static final Duration DEADLINE = Duration.ofSeconds(10);

    @Bean
    Drain drain(ApplicationEventPublisher events) {
        return new Drain(events);
    }

    @Bean
    FilterRegistrationBean<RequestFilter> requestFilter(Drain drain) {
        FilterRegistrationBean<RequestFilter> filter = new FilterRegistrationBean<>(new RequestFilter(drain));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return filter;
    }

    @Bean
    RequestMeters requestMeters(MeterRegistry registry) {
        return new RequestMeters(registry);
    }

    @Bean
    ReportLoaders reportLoaders(
            ReportSource reports, LiveConfig config, ErrorReports errors, ObservationRegistry observations) {
        ComputationLimits limits =
                new ComputationLimits(() -> config.current().userComputationsPerMinute(), Ticker.systemTicker());
        return new ReportLoaders(reports, limits, errors, new ReportObservations(observations));
    }

    /** They are for traces: {@code ir.cache.load} has these times already. */
    @Bean
    MeterFilter noMetricsOfObservedComputations() {
        return MeterFilter.denyNameStartsWith(ReportObservations.COMPUTATION);
    }

    @Bean
    ReportController reportController(
            TieredCache cache, ReportSource reports, ReportLoaders loaders, RequestMeters meters) {
        return new ReportController(cache, reports, new ReportReader(cache, DEADLINE), loaders, meters);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> fastPathOfReports(
            TieredCache cache, ReportLoaders loaders, RequestMeters meters, Drain drain) {
        FastPath fastPath = new ReportFastPath(cache, loaders, meters, drain);
        return factory -> {
            factory.setProtocol(FastPathProtocol.class.getName());
            factory.addConnectorCustomizers(
                    connector -> ((FastPathProtocol) connector.getProtocolHandler()).fastPath(fastPath));
        };
    }

    @Bean
    InfoController infoController(TieredCache cache, LiveConfig config, RequestMeters meters, Clock clock) {
        return new InfoController(cache, config, meters, clock, version());
    }

    @Bean
    Problems problems(ErrorReports errors) {
        return new Problems(errors);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> connectionsToDrain(Drain drain) {
        return factory -> factory.addConnectorCustomizers(connector -> drain.countConnections(() -> open(connector)));
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> problemsOfTomcat() {
        return factory -> factory.addContextCustomizers(
                context -> context.getParent().getPipeline().addValve(new ProblemValve()));
    }

    /** The version of this build. */
    public static String version() {
        try (InputStream in = WebConfiguration.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tomcat counts the connection that it waits for, too. */
    private static long open(Connector connector) {
        return connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
                ? Math.max(0, protocol.getConnectionCount() - 1)
                : 0;
    }
}
