package dev.tiercache.operator.desired;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The shell scripts that run in the pods of Redis and of the Sentinels, read once from the class path. */
final class Scripts {
    /** Probes of both. */
    static final String PROBE = "probe.sh";
    /** Starts a Redis of mode Sentinel. */
    static final String REDIS = "redis.sh";
    /** Runs before a Redis of mode Sentinel is stopped. */
    static final String SWITCH = "switch.sh";
    /** Starts a Sentinel. */
    static final String SENTINEL = "sentinel.sh";
    /** What the others have in common. */
    static final String FUNCTIONS = "sentinels.sh";

    private Scripts() {}

    static String text(String name) {
        try (InputStream stream = Scripts.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(stream, () -> "missing on the class path: " + name)
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
