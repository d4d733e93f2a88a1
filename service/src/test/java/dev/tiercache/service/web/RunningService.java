package dev.tiercache.service.web;

import dev.tiercache.service.Application;
import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import dev.tiercache.service.market.MarketData;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The whole service, really started in this JVM on free ports; without Redis unless a test names one. */
public final class RunningService implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts it with these variables. */
    public static RunningService start(Map<String, String> variables) {
        return start(variables, context -> {});
    }

    /** The same with another source of market data, which it closes. */
    static RunningService start(Map<String, String> variables, Supplier<MarketData> market) {
        return start(
                variables,
                context -> ((GenericApplicationContext) context)
                        .registerBean(
                                "anotherMarketData",
                                MarketData.class,
                                market,
                                definition -> definition.setPrimary(true)));
    }

    private static RunningService start(
            Map<String, String> variables, ApplicationContextInitializer<ConfigurableApplicationContext> more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "SERVER_PORT", "0", "MANAGEMENT_PORT", "0", "LOG_FORMAT", "text", "REDIS_URL", "redis://127.0.0.1:1"));
        all.putAll(variables);
        try {
            return new RunningService(Application.start(Settings.of(all), more));
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Port of the API. */
    public int port() {
        return port("local.server.port");
    }

    /** Port of health and metrics. */
    public int managementPort() {
        return port("local.management.port");
    }

    /** One of its parts. */
    <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** Asks the API. */
    public ApiAnswer get(String path, String... headers) {
        return ApiAnswer.of("GET", port(), path, headers);
    }

    /** The value of one line of the metrics, {@code name{label="value"}}; 0 where there is no such line. */
    public double metric(String name) {
        return ApiAnswer.of("GET", managementPort(), "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private int port(String name) {
        return context.getEnvironment().getRequiredProperty(name, Integer.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
