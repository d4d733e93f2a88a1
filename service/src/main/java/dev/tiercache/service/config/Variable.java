package dev.tiercache.service.config;

import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.report.ReportRequest;
import io.lettuce.core.RedisURI;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Every variable that the service reads: the one list that the settings, {@code .env.example} and
 * {@code docker-compose.yml} go by.
 */
public enum Variable {
    /** Port of the API. */
    SERVER_PORT("8000", Life.START, "a TCP port, 1 to 65535, or 0 for any free one", wholeNumber(0, 65535)),
    /** Port of health and metrics. */
    MANAGEMENT_PORT("8081", Life.START, "a TCP port, 1 to 65535, or 0 for any free one", wholeNumber(0, 65535)),
    /** Port of the admin API. */
    ADMIN_PORT("0", Life.START, "a TCP port of its own, 1 to 65535, or 0 for no admin API", wholeNumber(0, 65535)),
    /** What the admin API asks for. */
    ADMIN_TOKEN(
            "",
            Life.START,
            "16 to 512 of printable ASCII without spaces, where ADMIN_PORT is set",
            v -> v.isEmpty() || AdminSettings.isToken(v),
            true),
    /** A file with the token. */
    ADMIN_TOKEN_FILE("", Life.START, "the path of a file that holds the token", v -> true),

    /** Where Redis is. */
    REDIS_URL(
            "redis://localhost:6379",
            Life.START,
            "redis://HOST:PORT, redis-sentinel://HOST:PORT,HOST:PORT/0#MASTER, or with TLS rediss:// and rediss-sentinel://",
            Variable::isRedisUrl,
            true),
    /** The user in Redis. */
    REDIS_USERNAME("", Life.START, "a name of a Redis user, without spaces", v -> !v.contains(" ")),
    /** The password. */
    REDIS_PASSWORD("", Life.START, "a password, or empty for none", v -> true, true),
    /** A file with the password. */
    REDIS_PASSWORD_FILE("", Life.START, "the path of a file that holds the password", v -> true),
    /** The user in Sentinel. */
    REDIS_SENTINEL_USERNAME("", Life.START, "a name of a Sentinel user, without spaces", v -> !v.contains(" ")),
    /** The password of Sentinel. */
    REDIS_SENTINEL_PASSWORD("", Life.START, "a password, or empty for none", v -> true, true),
    /** A file with the password of Sentinel. */
    REDIS_SENTINEL_PASSWORD_FILE("", Life.START, "the path of a file that holds the password", v -> true),
    /** The authority that signs the certificate of Redis. */
    REDIS_TLS_CA_FILE("", Life.START, "the path of a PEM file", v -> true),

    /** A file with more of these. */
    CONFIG_FILE("", Life.START, "the path of a properties file", v -> true),

    /** How long a copy stays in L1. */
    L1_TTL_SECONDS("900", Life.LIVE, "a whole number of seconds, 1 to 2592000", wholeNumber(1, 2_592_000)),
    /** How old a value may become. */
    L2_TTL_SECONDS("900", Life.LIVE, "a whole number of seconds, 1 to 2592000", wholeNumber(1, 2_592_000)),
    /** Heap for L1. */
    L1_MAX_BYTES(
            "67108864", Life.LIVE, "a whole number of bytes, 65536 to 1099511627776", wholeNumber(65536, 1L << 40)),
    /** Part of the L2 TTL taken off at random. */
    L2_TTL_JITTER_PERCENT("0", Life.LIVE, "a whole number of percent, 0 to 100", wholeNumber(0, 100)),
    /** How long a read waits for Redis. */
    L2_COMMAND_TIMEOUT_MILLIS("50", Life.LIVE, "a whole number of milliseconds, 1 to 10000", wholeNumber(1, 10_000)),
    /** What keys in Redis start with. */
    CACHE_KEY_PREFIX(
            "ir_v1:",
            Life.LIVE,
            "1 to 64 of letters, digits, dot, underscore, colon, hyphen",
            v -> CacheSettings.KEY_PREFIX.matcher(v).matches()),
    /** What happens to keys not in L1 while Redis is away. */
    CACHE_DEGRADATION("L1Only", Life.LIVE, "L1Only or Fail", oneOf("L1Only", "Fail")),
    /** How long beyond its TTL a value is served while it is computed anew. */
    STALE_WHILE_REVALIDATE_SECONDS(
            "30", Life.LIVE, "a whole number of seconds, 0 to 2592000", wholeNumber(0, 2_592_000)),
    /** How long beyond its TTL a value is served when it cannot be computed anew. */
    STALE_IF_ERROR_SECONDS("3600", Life.LIVE, "a whole number of seconds, 0 to 2592000", wholeNumber(0, 2_592_000)),
    /** How long a failed computation is not tried again. */
    NEGATIVE_TTL_SECONDS("30", Life.LIVE, "a whole number of seconds, 0 to 3600", wholeNumber(0, 3_600)),
    /** Whether processes wait for each other's computation of a report. */
    SHARED_COMPUTATIONS("true", Life.LIVE, "true or false", oneOf("true", "false")),
    /** What one user may make the service compute. */
    USER_COMPUTATIONS_PER_MINUTE("120", Life.LIVE, "a whole number, 0 to 1000000", wholeNumber(0, 1_000_000)),
    /** How reports are written in Redis. */
    L2_FORMAT("json", Life.LIVE, "json, binary or binary-lz4", oneOf("json", "binary", "binary-lz4")),
    /** Pace of the Phase 4 updates. */
    PHASE4_WS_INTERVAL_SECONDS(
            "30", Life.LIVE, "a number of seconds, 0.1 to 86400; fractions work", number(0.1, 86_400)),
    /** How much is logged. */
    LOG_LEVEL(
            "INFO",
            Life.LIVE,
            "TRACE, DEBUG, INFO, WARN (or WARNING), ERROR (or CRITICAL)",
            oneOf("TRACE", "DEBUG", "INFO", "WARN", "WARNING", "ERROR", "CRITICAL")),

    /** Where errors are reported to. */
    SENTRY_DSN(
            "",
            Life.START,
            "https://KEY@HOST/PROJECT as Sentry shows it, or empty for no reports",
            v -> v.isEmpty() || SentrySettings.isDsn(v),
            true),
    /** What Sentry sorts errors by. */
    SENTRY_ENVIRONMENT("production", Life.START, "a name without spaces", v -> v.matches("[^\\s/]{1,64}")),
    /** The version that Sentry shows. */
    SENTRY_RELEASE("", Life.START, "a name without spaces, or empty", v -> v.matches("\\S{0,200}")),
    /** How log lines look. */
    LOG_FORMAT("json", Life.START, "json or text", oneOf("json", "text")),
    /** Where prices come from. */
    MARKET_DATA_SOURCE("demo", Life.START, "demo, csv or http", oneOf("demo", "csv", "http")),
    /** The files of the source csv. */
    MARKET_DATA_FOLDER(
            "", Life.START, "the path of a folder with a folder prices in it, where the source is csv", v -> true),
    /** Where the source http is. May hold what should not be shown, by mistake. */
    MARKET_DATA_URL(
            "",
            Life.START,
            "http://HOST:PORT/PATH or https://HOST/PATH without login and query, where the source is http",
            v -> v.isEmpty() || MarketSettings.isUrl(v),
            true),
    /** What the source http asks for. */
    MARKET_DATA_API_KEY(
            "",
            Life.START,
            "1 to 4096 of printable ASCII without spaces",
            v -> v.isEmpty() || MarketSettings.isKey(v),
            true),
    /** A file with the key. */
    MARKET_DATA_API_KEY_FILE("", Life.START, "the path of a file that holds the key", v -> true),
    /** Questions to the source http under way at once. */
    MARKET_DATA_CONCURRENCY("128", Life.START, "a whole number, 1 to 1024", wholeNumber(1, 1024)),
    /** How old an answer of the source http may become that stands in for one that it does not give. */
    MARKET_DATA_STALE_SECONDS(
            "86400", Life.START, "a whole number of seconds, 0 to 2592000", wholeNumber(0, 2_592_000)),
    /** The symbols of users without a portfolio. */
    DEFAULT_SYMBOLS(
            "AAPL,MSFT", Life.START, "1 to 50 tickers, separated by commas, without spaces", Variable::areSymbols),
    /** WebSockets of all users. */
    WS_MAX_CONNECTIONS("4000", Life.START, "a whole number, 1 to 8000", wholeNumber(1, 8_000)),
    /** Web pages that may open a WebSocket. */
    WS_ALLOWED_ORIGINS(
            "",
            Life.START,
            "origins such as https://example.com, separated by commas, or *; empty: this server's own pages",
            v -> true);

    /** Whether a variable is read again while the service runs. */
    public enum Life {
        /** Read at the start: a change needs a restart. */
        START,
        /** Read again whenever CONFIG_FILE changes. */
        LIVE
    }

    private final String defaultValue;
    private final Life life;
    private final String expected;
    private final Predicate<String> valid;
    private final boolean secret;

    Variable(String defaultValue, Life life, String expected, Predicate<String> valid) {
        this(defaultValue, life, expected, valid, false);
    }

    Variable(String defaultValue, Life life, String expected, Predicate<String> valid, boolean secret) {
        this.defaultValue = defaultValue;
        this.life = life;
        this.expected = expected;
        this.valid = valid;
        this.secret = secret;
    }

    /** What holds where nothing is set. */
    public String defaultValue() {
        return defaultValue;
    }

    /** When it is read. */
    public Life life() {
        return life;
    }

    /** What values are good, in words. */
    public String expected() {
        return expected;
    }

    /** Whether a value is good. */
    public boolean accepts(String value) {
        return valid.test(value);
    }

    /** Whether a value may hold a secret, and so is never shown. */
    public boolean secret() {
        return secret;
    }

    private static Predicate<String> wholeNumber(long least, long most) {
        return value -> {
            try {
                long number = Long.parseLong(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        };
    }

    private static Predicate<String> number(double least, double most) {
        return value -> {
            try {
                double number = Double.parseDouble(value);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        };
    }

    private static Predicate<String> oneOf(String... words) {
        return value -> Arrays.stream(words).anyMatch(word -> word.equalsIgnoreCase(value));
    }

    private static boolean isRedisUrl(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        if (Stream.of("redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://")
                .noneMatch(lower::startsWith)) {
            return false;
        }
        try {
            RedisURI uri = RedisURI.create(value);
            return uri.getSentinels().isEmpty() ? uri.getHost() != null : uri.getSentinelMasterId() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean areSymbols(String value) {
        String[] symbols = value.split(",", -1);
        return symbols.length <= ReportRequest.MAX_SYMBOLS
                && Arrays.stream(symbols)
                        .allMatch(s -> ReportRequest.SYMBOL.matcher(s).matches());
    }
}
