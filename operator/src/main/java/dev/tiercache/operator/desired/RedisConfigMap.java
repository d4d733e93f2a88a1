package dev.tiercache.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The files in /etc/redis: redis.conf and the script of the probes. */
final class RedisConfigMap {
    static final String CONFIG_FILE = "redis.conf";
    static final String PROBE_FILE = "probe.sh";

    private static final String PROBE = resource(PROBE_FILE);

    private RedisConfigMap() {}

    static ConfigMap of(Names names, RedisConfig config) {
        Map<String, String> files = new TreeMap<>();
        files.put(CONFIG_FILE, config.render());
        files.put(PROBE_FILE, PROBE);
        return new ConfigMapBuilder()
                .withMetadata(names.owned(names.redis(), Names.COMPONENT_REDIS).build())
                .withData(files)
                .build();
    }

    private static String resource(String name) {
        try (InputStream stream = RedisConfigMap.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(stream, () -> "missing on the class path: " + name)
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
