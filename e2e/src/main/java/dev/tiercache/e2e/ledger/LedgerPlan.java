package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.cli.Options;
import dev.tiercache.e2e.ledger.redis.Login;
import dev.tiercache.e2e.ledger.redis.RedisTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What to write and read, where, how fast and for how long: the command line as values. Passwords come by environment:
 * {@code LEDGER_PASSWORD} and {@code LEDGER_SENTINEL_PASSWORD}, or files named by the same with {@code _FILE}.
 *
 * @param redis where
 * @param prefix before all keys, which go on with the run, the writer and the sequence
 * @param run sets the keys of this run apart from those of others
 * @param seed of all payloads
 * @param rate writes a second, 10 to 2000: with fewer, the beat itself would look like a gap
 * @param duration how long writes are started, 1 s to 1 h
 * @param writers number streams of keys, each on a connection of its own, 1 to 64
 * @param readers threads that read, each on a connection of its own, 0 to 64
 * @param readRate reads a second of all readers together, 1 to 2000
 * @param valueBytes random payload of a value, 1 to 65,536
 * @param ttl of all keys, so that nothing is left behind; longer than the run and its last check
 * @param clientTimeout how long a write is tried again before it has failed, 100 ms to 60 s
 * @param commandTimeout how long one try may take, 50 ms to 60 s
 * @param controlPort port of {@link dev.tiercache.e2e.cli.Control}, 0 for none
 */
public record LedgerPlan(
        RedisTarget redis,
        String prefix,
        String run,
        long seed,
        int rate,
        Duration duration,
        int writers,
        int readers,
        int readRate,
        int valueBytes,
        Duration ttl,
        Duration clientTimeout,
        Duration commandTimeout,
        int controlPort) {

    /** What the last check may take beside the run: a key that expired before it would count as lost. */
    private static final Duration LAST_CHECK = Duration.ofMinutes(5);

    private static final String USAGE = "usage: --url " + RedisTarget.EXPECTED + " [--username default]"
            + " [--sentinel-username default] [--prefix ledger] [--run random] [--seed random] [--rate 200] [--seconds 30]"
            + " [--writers 8] [--readers 2] [--read-rate 100] [--value-bytes 64] [--ttl-seconds 3600]"
            + " [--client-timeout-millis 5000] [--command-timeout-millis 1000] [--control-port 0];"
            + " passwords by LEDGER_PASSWORD and LEDGER_SENTINEL_PASSWORD, or by files that these with _FILE name";

    private static final Set<String> KNOWN = Set.of(
            "--url",
            "--username",
            "--sentinel-username",
            "--prefix",
            "--run",
            "--seed",
            "--rate",
            "--seconds",
            "--writers",
            "--readers",
            "--read-rate",
            "--value-bytes",
            "--ttl-seconds",
            "--client-timeout-millis",
            "--command-timeout-millis",
            "--control-port");

    /**
     * Reads a command line and the passwords.
     *
     * @throws IllegalArgumentException naming the option or variable, its value and what was expected
     */
    public static LedgerPlan parse(Map<String, String> environment, String... args) {
        Options options = Options.parse(USAGE, KNOWN, args);
        Duration duration = Duration.ofMillis((long) (1000 * options.number("--seconds", 30, 1, 3600)));
        return new LedgerPlan(
                target(options, environment),
                name(options, "--prefix", "ledger"),
                name(options, "--run", randomName()),
                options.whole("--seed", ThreadLocalRandom.current().nextLong(1L << 32), Long.MIN_VALUE, Long.MAX_VALUE),
                (int) options.whole("--rate", 200, 10, 2000),
                duration,
                (int) options.whole("--writers", 8, 1, 64),
                (int) options.whole("--readers", 2, 0, 64),
                (int) options.whole("--read-rate", 100, 1, 2000),
                (int) options.whole("--value-bytes", 64, 1, 65_536),
                Duration.ofSeconds(options.whole(
                        "--ttl-seconds", 3600, duration.plus(LAST_CHECK).toSeconds(), 7 * 24 * 3600L)),
                Duration.ofMillis(options.whole("--client-timeout-millis", 5000, 100, 60_000)),
                Duration.ofMillis(options.whole("--command-timeout-millis", 1000, 50, 60_000)),
                (int) options.whole("--control-port", 0, 0, 65_535));
    }

    /** Nanoseconds between two writes of all writers together. */
    long intervalNanos() {
        return 1_000_000_000L / rate;
    }

    /** The key of one write. */
    String key(int writer, long sequence) {
        return prefix + ":" + run + ":" + writer + ":" + sequence;
    }

    /** The key that a writer overwrites again and again. */
    String counterKey(int writer) {
        return prefix + ":" + run + ":" + writer + ":counter";
    }

    private static RedisTarget target(Options options, Map<String, String> environment) {
        Login login = new Login(options.text("--username", ""), secret(environment, "LEDGER_PASSWORD"));
        Login sentinelLogin =
                new Login(options.text("--sentinel-username", ""), secret(environment, "LEDGER_SENTINEL_PASSWORD"));
        String url = options.text("--url", "");
        try {
            return RedisTarget.parse(url, login, sentinelLogin);
        } catch (IllegalArgumentException e) {
            String shown = url.contains("@") ? "(not shown)" : url;
            throw options.refusal("--url", shown, RedisTarget.EXPECTED + " (" + e.getMessage() + ")");
        }
    }

    private static String secret(Map<String, String> environment, String name) {
        String file = environment.getOrDefault(name + "_FILE", "");
        if (file.isEmpty()) {
            return environment.getOrDefault(name, "");
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "variable " + name + "_FILE is '" + file + "', expected a file that can be read (" + e + ")", e);
        }
    }

    private static String name(Options options, String option, String preset) {
        String value = options.text(option, preset);
        if (!value.matches("[A-Za-z0-9_.-]{1,64}")) {
            throw options.refusal(option, value, "1 to 64 letters, digits, '_', '.' or '-'");
        }
        return value;
    }

    private static String randomName() {
        return Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36);
    }
}
