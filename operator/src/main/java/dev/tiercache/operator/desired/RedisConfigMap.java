package dev.tiercache.operator.desired;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files in /etc/redis: redis.conf and the scripts. */
final class RedisConfigMap {
    static final String CONFIG_FILE = "redis.conf";

    private RedisConfigMap() {}

    /** @param nodes content of {@link NodesFile}, or null without Sentinels */
    static ConfigMap of(Names names, RedisConfig config, @Nullable String nodes) {
        Map<String, String> files = new TreeMap<>();
        files.put(CONFIG_FILE, config.render());
        files.put(Scripts.PROBE, Scripts.text(Scripts.PROBE));
        if (nodes != null) {
            files.put(NodesFile.FILE, nodes);
            files.put(Scripts.FUNCTIONS, Scripts.text(Scripts.FUNCTIONS));
            files.put(Scripts.REDIS, Scripts.text(Scripts.REDIS));
            files.put(Scripts.SWITCH, Scripts.text(Scripts.SWITCH));
        }
        return map(names, names.redis(), Names.COMPONENT_REDIS, files);
    }

    /** The files in /etc/sentinel. */
    static ConfigMap ofSentinels(Names names, String nodes) {
        Map<String, String> files = new TreeMap<>();
        files.put(NodesFile.FILE, nodes);
        files.put(Scripts.PROBE, Scripts.text(Scripts.PROBE));
        files.put(Scripts.FUNCTIONS, Scripts.text(Scripts.FUNCTIONS));
        files.put(Scripts.SENTINEL, Scripts.text(Scripts.SENTINEL));
        return map(names, names.sentinel(), Names.COMPONENT_SENTINEL, files);
    }

    private static ConfigMap map(Names names, String name, String component, Map<String, String> files) {
        return new ConfigMapBuilder()
                .withMetadata(names.owned(name, component).build())
                .withData(files)
                .build();
    }
}
