package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.SentinelSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** {@code nodes.sh}: who is who, for the scripts in the pods. Addresses stand in it, so that no script needs DNS. */
public final class NodesFile {
    public static final String FILE = "nodes.sh";

    private static final int MILLIS = 1_000;

    private NodesFile() {}

    static String render(
            Names names,
            SentinelSpec sentinel,
            int redisReplicas,
            int sentinelReplicas,
            Map<String, String> addresses) {
        List<String> redises = new ArrayList<>();
        for (int i = 0; i < redisReplicas; i++) {
            redises.add(address(addresses, names.redisPod(i)));
        }
        List<String> sentinels = new ArrayList<>();
        for (int i = 0; i < sentinelReplicas; i++) {
            sentinels.add(address(addresses, names.sentinelPod(i)));
        }
        var file = new StringBuilder("# Written by tiercache-operator; changes made here are undone.\n");
        line(file, "master_name", names.masterName());
        line(file, "quorum", sentinel.effectiveQuorum());
        line(file, "majority", sentinel.majority());
        line(file, "down_after_millis", sentinel.downAfterMillis());
        line(file, "down_after_seconds", Math.ceilDiv(sentinel.downAfterMillis(), MILLIS));
        line(file, "failover_timeout_millis", sentinel.failoverTimeoutSeconds() * MILLIS);
        line(file, "failover_timeout_seconds", sentinel.failoverTimeoutSeconds());
        line(file, "parallel_syncs", sentinel.parallelSyncs());
        line(file, "redises", "\"" + String.join(" ", redises) + "\"");
        line(file, "sentinels", "\"" + String.join(" ", sentinels) + "\"");
        for (int i = 0; i < redisReplicas; i++) {
            line(file, "redis_" + i, redises.get(i));
        }
        for (int i = 0; i < sentinelReplicas; i++) {
            line(file, "sentinel_" + i, sentinels.get(i));
            line(file, "id_" + i, id(names.namespace() + "/" + names.sentinelPod(i) + "/" + names.uid()));
        }
        return file.toString();
    }

    /** The addresses in a file that was rendered before, by name of the pod. */
    public static Map<String, String> addresses(Names names, String file) {
        Map<String, String> addresses = new HashMap<>();
        file.lines().forEach(line -> {
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals);
            if (key.matches("redis_\\d+")) {
                addresses.put(names.redis() + key.replace("redis_", "-"), line.substring(equals + 1));
            } else if (key.matches("sentinel_\\d+")) {
                addresses.put(names.sentinel() + key.replace("sentinel_", "-"), line.substring(equals + 1));
            }
        });
        return addresses;
    }

    private static String address(Map<String, String> addresses, String pod) {
        String address = addresses.get(pod);
        if (address == null) {
            throw new IllegalArgumentException("no address of " + pod);
        }
        return address;
    }

    /** The identity of a Sentinel, 40 hexadecimal digits as Redis has them: a pod that comes back is no new voter. */
    private static String id(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-1", impossible);
        }
    }

    private static void line(StringBuilder file, String key, Object value) {
        file.append(key).append('=').append(value).append('\n');
    }
}
