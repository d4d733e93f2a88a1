package dev.tiercache.service.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one run.
 *
 * @param serverPort port of the API; 0: any free one
 * @param managementPort port of health and metrics; 0: any free one
 * @param redisUrl where Redis is; may hold a login
 * @param redisUsername user in Redis; empty: that of the URL, else {@code default}
 * @param redisPassword password; empty: that of the URL, else none
 * @param redisPasswordFile file with the password, which wins over the other two; null: none
 * @param sentinelUsername user in Sentinel; empty: {@code default}
 * @param sentinelPassword password of Sentinel; empty: none
 * @param sentinelPasswordFile file with the password of Sentinel, which wins over the other; null: none
 * @param redisTlsCaFile PEM file of the authority that signs the certificate of Redis; null: the platform's
 * @param configFile file that wins over the environment and is read again while the service runs; null: none
 * @param logFormat json or text
 * @param market where market data come from
 * @param defaultSymbols the symbols of users without a portfolio, sorted
 * @param maxWebSockets how many WebSockets may be open at once, of all users
 * @param allowedOrigins web pages that may open a WebSocket
 * @param admin the settings of the admin API
 * @param sentry where errors are reported to
 * @param environment the variables this was read from
 */
public record Settings(
        int serverPort,
        int managementPort,
        String redisUrl,
        String redisUsername,
        String redisPassword,
        @Nullable Path redisPasswordFile,
        String sentinelUsername,
        String sentinelPassword,
        @Nullable Path sentinelPasswordFile,
        @Nullable Path redisTlsCaFile,
        @Nullable Path configFile,
        String logFormat,
        MarketSettings market,
        List<String> defaultSymbols,
        int maxWebSockets,
        List<String> allowedOrigins,
        AdminSettings admin,
        SentrySettings sentry,
        Map<String, String> environment) {

    /**
     * Reads the environment and, where it names one, the file.
     *
     * @throws SettingsException when a value of the environment is not good, or a file that it names can't be read.
     *     A bad value in CONFIG_FILE does not keep the service from starting: that of the environment holds instead
     */
    public static Settings of(Map<String, String> environment) throws SettingsException {
        List<Problem> problems = new ArrayList<>();
        Map<Variable, String> values = new EnumMap<>(Variable.class);
        for (Variable variable : Variable.values()) {
            String value = given(environment, variable);
            if (!variable.accepts(value)) {
                problems.add(Problem.of(variable, value));
            }
            values.put(variable, value);
        }
        for (Variable variable : List.of(
                Variable.REDIS_PASSWORD_FILE,
                Variable.REDIS_SENTINEL_PASSWORD_FILE,
                Variable.REDIS_TLS_CA_FILE,
                Variable.ADMIN_TOKEN_FILE,
                Variable.MARKET_DATA_API_KEY_FILE)) {
            String value = text(values, variable);
            if (!value.isEmpty() && !Files.isReadable(Path.of(value))) {
                problems.add(new Problem(variable.name(), value, "the path of a file that can be read"));
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        Path configFile = path(values, Variable.CONFIG_FILE);
        if (configFile != null) {
            overlay(values, configFile);
        }
        return new Settings(
                Integer.parseInt(text(values, Variable.SERVER_PORT)),
                Integer.parseInt(text(values, Variable.MANAGEMENT_PORT)),
                text(values, Variable.REDIS_URL),
                text(values, Variable.REDIS_USERNAME),
                text(values, Variable.REDIS_PASSWORD),
                path(values, Variable.REDIS_PASSWORD_FILE),
                text(values, Variable.REDIS_SENTINEL_USERNAME),
                text(values, Variable.REDIS_SENTINEL_PASSWORD),
                path(values, Variable.REDIS_SENTINEL_PASSWORD_FILE),
                path(values, Variable.REDIS_TLS_CA_FILE),
                configFile,
                text(values, Variable.LOG_FORMAT).toLowerCase(Locale.ROOT),
                market(values),
                list(values, Variable.DEFAULT_SYMBOLS).stream()
                        .sorted()
                        .distinct()
                        .toList(),
                Integer.parseInt(text(values, Variable.WS_MAX_CONNECTIONS)),
                list(values, Variable.WS_ALLOWED_ORIGINS),
                admin(values),
                new SentrySettings(
                        text(values, Variable.SENTRY_DSN),
                        text(values, Variable.SENTRY_ENVIRONMENT),
                        text(values, Variable.SENTRY_RELEASE)),
                Map.copyOf(environment));
    }

    /** Checked after CONFIG_FILE, which may name the source and what it needs: no other value could hold instead. */
    private static MarketSettings market(Map<Variable, String> values) throws SettingsException {
        String source = text(values, Variable.MARKET_DATA_SOURCE).toLowerCase(Locale.ROOT);
        Path folder = source.equals("csv") ? path(values, Variable.MARKET_DATA_FOLDER) : null;
        if (source.equals("csv") && (folder == null || !Files.isDirectory(folder.resolve("prices")))) {
            throw new SettingsException(
                    List.of(Problem.of(Variable.MARKET_DATA_FOLDER, text(values, Variable.MARKET_DATA_FOLDER))));
        }
        String url = source.equals("http") ? text(values, Variable.MARKET_DATA_URL) : "";
        if (source.equals("http") && url.isEmpty()) {
            throw new SettingsException(List.of(Problem.of(Variable.MARKET_DATA_URL, url)));
        }
        return new MarketSettings(
                folder,
                url.isEmpty() ? null : URI.create(url),
                text(values, Variable.MARKET_DATA_API_KEY),
                path(values, Variable.MARKET_DATA_API_KEY_FILE),
                Integer.parseInt(text(values, Variable.MARKET_DATA_CONCURRENCY)),
                Duration.ofSeconds(Long.parseLong(text(values, Variable.MARKET_DATA_STALE_SECONDS))));
    }

    /** Checked after CONFIG_FILE, too: what each needs of the other. */
    private static AdminSettings admin(Map<Variable, String> values) throws SettingsException {
        int port = Integer.parseInt(text(values, Variable.ADMIN_PORT));
        AdminSettings admin =
                new AdminSettings(port, text(values, Variable.ADMIN_TOKEN), path(values, Variable.ADMIN_TOKEN_FILE));
        List<Problem> problems = new ArrayList<>();
        if (admin.on()
                && List.of(Variable.SERVER_PORT, Variable.MANAGEMENT_PORT).stream()
                        .anyMatch(other -> Integer.parseInt(text(values, other)) == port)) {
            problems.add(Problem.of(Variable.ADMIN_PORT, text(values, Variable.ADMIN_PORT)));
        }
        if (admin.on() && admin.token().isEmpty()) {
            problems.add(Problem.of(Variable.ADMIN_TOKEN, ""));
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return admin;
    }

    /** The variable's value in an environment, or its default where it is not set or empty. */
    static String given(Map<String, String> environment, Variable variable) {
        String given = environment.getOrDefault(variable.name(), "");
        // A password may begin or end with a space; nothing else does but by mistake.
        boolean password = variable == Variable.REDIS_PASSWORD || variable == Variable.REDIS_SENTINEL_PASSWORD;
        String value = password ? given : given.strip();
        return value.isEmpty() ? variable.defaultValue() : value;
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "Settings[serverPort=" + serverPort + ", managementPort=" + managementPort + "]";
    }

    private static void overlay(Map<Variable, String> values, Path file) {
        try {
            Map<String, String> inFile = ConfigFile.parse(Files.readAllBytes(file));
            for (Variable variable : Variable.values()) {
                String value = inFile.getOrDefault(variable.name(), "");
                if (variable.life() == Variable.Life.START && !value.isEmpty() && variable.accepts(value)) {
                    values.put(variable, value);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // LiveConfig reads the file right after this, and says what is wrong with it.
        }
    }

    private static List<String> list(Map<Variable, String> values, Variable variable) {
        return Arrays.stream(text(values, variable).split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    private static @Nullable Path path(Map<Variable, String> values, Variable variable) {
        String value = text(values, variable);
        return value.isEmpty() ? null : Path.of(value);
    }

    private static String text(Map<Variable, String> values, Variable variable) {
        return Objects.requireNonNull(values.get(variable));
    }
}
