package dev.tiercache.operator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the environment tells the operator, typed; every wrong variable is named in one error, before anything starts.
 *
 * @param watchNamespaces namespaces whose CacheDeployments are reconciled; empty means all
 * @param operatorNamespace where the lease lives and events about the operator go
 * @param podName identity of this process in the lease
 * @param redisImage default image of Redis, used where a CacheDeployment names none
 * @param apiImage default image of the report API, used where a CacheDeployment names none
 * @param leaderElection whether a lease must be held before anything is written
 * @param leaseName name of that lease
 * @param httpPort port of /livez, /readyz and /metrics; 0 picks a free one
 * @param observeInterval how often a steady Redis is asked, 1 s to 1 h
 */
public record Settings(
        Set<String> watchNamespaces,
        String operatorNamespace,
        String podName,
        String redisImage,
        String apiImage,
        boolean leaderElection,
        String leaseName,
        int httpPort,
        Duration observeInterval) {

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}");
    private static final Pattern LEVEL = Pattern.compile("TRACE|DEBUG|INFO|WARN|ERROR|OFF");
    private static final Pattern FORMAT = Pattern.compile("json|text");

    /** A variable of the environment that cannot be used; the message names each, its value and what was expected. */
    public static final class InvalidSettingsException extends RuntimeException {
        InvalidSettingsException(List<String> problems) {
            super(String.join("\n", problems));
        }
    }

    /**
     * Reads the environment.
     *
     * @throws InvalidSettingsException if any variable is missing or wrong; all of them are listed
     */
    public static Settings from(Map<String, String> environment) {
        var read = new Reader(environment);
        var settings = new Settings(
                read.value("WATCH_NAMESPACES", "", Settings::namespaces, "a comma-separated list of namespace names"),
                read.value("OPERATOR_NAMESPACE", "default", Settings::dnsLabel, "a namespace name"),
                read.value("POD_NAME", "tiercache-operator-local", Settings::notBlank, "the name of this pod"),
                read.value("REDIS_IMAGE", null, matching(IMAGE), "an image reference such as redis:8"),
                read.value("API_IMAGE", null, matching(IMAGE), "an image reference such as tiercache/service:0.1.0"),
                read.value("LEADER_ELECTION", "Enabled", Settings::enabled, "Enabled or Disabled"),
                read.value("LEASE_NAME", "tiercache-operator", Settings::dnsLabel, "the name of a Lease"),
                read.value("HTTP_PORT", "8080", integer(0, 65_535), "an integer from 0 to 65535"),
                Duration.ofSeconds(read.value(
                        "OBSERVE_INTERVAL_SECONDS", "10", integer(1, 3_600), "an integer from 1 to 3600 (seconds)")));
        // Logging reads these two by itself (logback.xml); a typo there would go unnoticed.
        read.value("LOG_LEVEL", "INFO", matching(LEVEL), "TRACE, DEBUG, INFO, WARN, ERROR or OFF");
        read.value("LOG_FORMAT", "json", matching(FORMAT), "json or text");
        read.failIfAnythingIsWrong();
        return settings;
    }

    private static @Nullable Set<String> namespaces(String text) {
        var names = new TreeSet<String>();
        for (String part : text.split(",", -1)) {
            String name = part.strip();
            if (name.isEmpty()) {
                continue;
            }
            if (!DNS_LABEL.matcher(name).matches()) {
                return null;
            }
            names.add(name);
        }
        return Set.copyOf(names);
    }

    private static @Nullable String dnsLabel(String text) {
        return DNS_LABEL.matcher(text).matches() ? text : null;
    }

    private static @Nullable String notBlank(String text) {
        return text.isBlank() ? null : text;
    }

    private static @Nullable Boolean enabled(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "enabled" -> Boolean.TRUE;
            case "disabled" -> Boolean.FALSE;
            default -> null;
        };
    }

    private static Function<String, @Nullable String> matching(Pattern pattern) {
        return text -> pattern.matcher(text).matches() ? text : null;
    }

    private static Function<String, @Nullable Integer> integer(int min, int max) {
        return text -> {
            try {
                int value = Integer.parseInt(text);
                return value >= min && value <= max ? value : null;
            } catch (NumberFormatException notANumber) {
                return null;
            }
        };
    }

    /** Collects what is wrong, so that one start tells everything that has to be put right. */
    private static final class Reader {
        private final Map<String, String> environment;
        private final List<String> problems = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        /** A value that stands in for a wrong one never leaves {@link Settings#from}: the error is thrown first. */
        @SuppressWarnings("NullAway")
        <T> T value(String name, @Nullable String fallback, Function<String, @Nullable T> parse, String expected) {
            String text = environment.get(name);
            if (text == null || text.isBlank()) {
                if (fallback == null) {
                    problems.add(name + ": not set; expected " + expected);
                    return null;
                }
                text = fallback;
            }
            T value = parse.apply(text.strip());
            if (value == null) {
                problems.add(name + ": '" + text + "' cannot be used; expected " + expected);
                return fallback == null ? null : parse.apply(fallback);
            }
            return value;
        }

        void failIfAnythingIsWrong() {
            if (!problems.isEmpty()) {
                throw new InvalidSettingsException(problems);
            }
        }
    }
}
