package dev.tiercache.service.config;

import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import dev.tiercache.service.cache.model.L2Format;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The settings that may change while the service runs.
 *
 * @param cache those of the cache
 * @param userComputationsPerMinute what one user may make the service compute; 0: as much as he likes
 * @param webSocketInterval pace of the Phase 4 updates
 * @param logLevel TRACE, DEBUG, INFO, WARN or ERROR
 */
public record LiveSettings(
        CacheSettings cache, int userComputationsPerMinute, Duration webSocketInterval, String logLevel) {

    /**
     * Reads values that were checked before.
     *
     * @param mostL1Bytes a larger L1_MAX_BYTES counts as this
     */
    static LiveSettings of(Map<Variable, String> values, long mostL1Bytes) {
        CacheSettings cache = new CacheSettings(
                text(values, Variable.CACHE_KEY_PREFIX),
                number(values, Variable.L1_TTL_SECONDS) * 1000,
                number(values, Variable.L2_TTL_SECONDS) * 1000,
                Math.min(number(values, Variable.L1_MAX_BYTES), mostL1Bytes),
                (int) number(values, Variable.L2_TTL_JITTER_PERCENT),
                number(values, Variable.L2_COMMAND_TIMEOUT_MILLIS),
                text(values, Variable.CACHE_DEGRADATION).equalsIgnoreCase("Fail")
                        ? Degradation.FAIL
                        : Degradation.L1_ONLY,
                number(values, Variable.STALE_WHILE_REVALIDATE_SECONDS) * 1000,
                number(values, Variable.STALE_IF_ERROR_SECONDS) * 1000,
                number(values, Variable.NEGATIVE_TTL_SECONDS) * 1000,
                text(values, Variable.SHARED_COMPUTATIONS).equalsIgnoreCase("true"),
                L2Format.valueOf(text(values, Variable.L2_FORMAT)
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_')));
        double interval = Double.parseDouble(text(values, Variable.PHASE4_WS_INTERVAL_SECONDS));
        String level = text(values, Variable.LOG_LEVEL).toUpperCase(Locale.ROOT);
        return new LiveSettings(
                cache,
                (int) number(values, Variable.USER_COMPUTATIONS_PER_MINUTE),
                Duration.ofMillis(Math.round(interval * 1000)),
                switch (level) {
                    // The names of the service's predecessor.
                    case "WARNING" -> "WARN";
                    case "CRITICAL" -> "ERROR";
                    default -> level;
                });
    }

    private static long number(Map<Variable, String> values, Variable variable) {
        return Long.parseLong(text(values, variable));
    }

    private static String text(Map<Variable, String> values, Variable variable) {
        return Objects.requireNonNull(values.get(variable));
    }
}
