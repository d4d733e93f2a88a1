package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import java.util.TreeMap;

/** What the API re-reads while it runs, as a file of the names of its environment. */
final class ApiConfigMap {
    static final String FILE = "cache.properties";

    private ApiConfigMap() {}

    static ConfigMap of(Names names, CacheDeploymentSpec spec) {
        return new ConfigMapBuilder()
                .withMetadata(names.owned(names.api(), Names.COMPONENT_API).build())
                .withData(Map.of(FILE, render(spec)))
                .build();
    }

    private static String render(CacheDeploymentSpec spec) {
        CacheSpec cache = spec.cache();
        Map<String, Object> values = new TreeMap<>();
        values.put("CACHE_DEGRADATION", cache.degradation());
        values.put("CACHE_KEY_PREFIX", cache.keyPrefix());
        values.put("L1_MAX_BYTES", Sizing.bytes(cache.l1().maxSize()));
        values.put("L1_TTL_SECONDS", cache.l1().ttlSeconds());
        values.put("L2_COMMAND_TIMEOUT_MILLIS", cache.l2().commandTimeoutMillis());
        values.put("L2_FORMAT", cache.l2().format());
        values.put("L2_TTL_JITTER_PERCENT", cache.l2().ttlJitterPercent());
        values.put("L2_TTL_SECONDS", cache.l2().ttlSeconds());
        values.put("NEGATIVE_TTL_SECONDS", cache.computations().negativeTtlSeconds());
        values.put("PHASE4_WS_INTERVAL_SECONDS", spec.api().webSocketIntervalSeconds());
        values.put("SHARED_COMPUTATIONS", cache.computations().sharing() == CacheSpec.Sharing.ENABLED);
        values.put("STALE_IF_ERROR_SECONDS", cache.stale().ifErrorSeconds());
        values.put("STALE_WHILE_REVALIDATE_SECONDS", cache.stale().whileRevalidateSeconds());
        values.put("USER_COMPUTATIONS_PER_MINUTE", cache.computations().perUserPerMinute());
        StringBuilder file = new StringBuilder("# Written by tiercache-operator; changes made here are undone.\n");
        values.forEach(
                (key, value) -> file.append(key).append('=').append(value).append('\n'));
        return file.toString();
    }
}
