package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.RedisSpec;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * redis.conf as data, by what a change of a key takes. Keys are in lower case and sorted.
 *
 * @param fixed what the operator owns and never changes on a running server
 * @param live what must hold on the running server: what the spec says, and where the operator's default is not Redis'
 * @param defaults live keys that the spec does not name, with Redis' own default: a key that left the spec returns to
 *     it. To be set only where a server has the key and another value, and a refusal is no error (the server lowers
 *     maxclients by itself, for one, where the node allows fewer files)
 * @param restart what the spec says and only a restart applies
 * @param rejected keys of the spec that were left out, since Redis would surely refuse them: key and reason
 */
public record RedisConfig(
        SortedMap<String, String> fixed,
        SortedMap<String, String> live,
        SortedMap<String, String> defaults,
        SortedMap<String, String> restart,
        SortedMap<String, String> rejected) {

    static final String DIRECTORY = "/etc/redis";
    static final String ACL_DIRECTORY = "/etc/tiercache/acl";
    static final String DATA_DIRECTORY = "/data";

    /** What a replica may miss and still catch up without a full copy: this part of maxmemory. */
    private static final long BACKLOG_SHARE = 32;

    private static final long SMALLEST_BACKLOG = 1L << 20;
    private static final long LARGEST_BACKLOG = 256L << 20;

    public RedisConfig {
        fixed = Collections.unmodifiableSortedMap(new TreeMap<>(fixed));
        live = Collections.unmodifiableSortedMap(new TreeMap<>(live));
        defaults = Collections.unmodifiableSortedMap(new TreeMap<>(defaults));
        restart = Collections.unmodifiableSortedMap(new TreeMap<>(restart));
        rejected = Collections.unmodifiableSortedMap(new TreeMap<>(rejected));
    }

    static RedisConfig of(CacheDeploymentSpec spec) {
        RedisSpec redis = spec.redis();
        SortedMap<String, String> live = new TreeMap<>();
        RedisKeys.known().forEach((key, known) -> {
            if (known.ours()) {
                live.put(key, known.fallback());
            }
        });
        if (spec.isSentinel()) {
            live.putAll(replication(spec));
        }
        SortedMap<String, String> restart = new TreeMap<>();
        SortedMap<String, String> rejected = new TreeMap<>();
        redis.config().forEach((key, value) -> {
            var problem = RedisKeys.problem(key, value);
            if (problem.isPresent()) {
                rejected.put(key, "value '" + value + "': " + problem.get());
            } else if (RedisKeys.classOf(key) == RedisKeys.KeyClass.LIVE) {
                live.put(key, value.strip());
            } else {
                restart.put(key, value.strip());
            }
        });
        RedisSpec.Persistence persistence = redis.persistence();
        live.put("maxmemory", Long.toString(Sizing.of(spec).maxMemory()));
        live.put("maxmemory-policy", redis.memory().evictionPolicy().redis());
        live.put("appendonly", persistence.isAppendOnly() ? "yes" : "no");
        live.put("appendfsync", persistence.effectiveFsync().redis());
        live.put(
                "save",
                persistence.effectiveSnapshotRules().stream()
                        .map(rule -> rule.intervalSeconds() + " " + rule.changes())
                        .collect(Collectors.joining(" ")));
        return new RedisConfig(owned(), live, unnamed(live), restart, rejected);
    }

    /** What a master with replicas is given; the two of the backlog and the delay may be set otherwise. */
    private static Map<String, String> replication(CacheDeploymentSpec spec) {
        RedisSpec.ReplicationSafety safety = spec.redis().effectiveSafety();
        long backlog = Math.clamp(Sizing.of(spec).maxMemory() / BACKLOG_SHARE, SMALLEST_BACKLOG, LARGEST_BACKLOG);
        return Map.of(
                "min-replicas-to-write", Integer.toString(safety.minReplicasToWrite()),
                "min-replicas-max-lag", Integer.toString(safety.maxLagSeconds()),
                "repl-backlog-size", Long.toString(backlog),
                // Replicas that start together share one copy, and a first start need not take five seconds more.
                "repl-diskless-sync-delay", "1",
                "replica-priority", RedisKeys.PRIORITY);
    }

    /** The file, in a fixed order: owned keys, keys that need a restart, live keys. */
    public String render() {
        StringBuilder file = new StringBuilder("# Written by tiercache-operator; changes made here are undone.\n");
        for (Map<String, String> part : List.of(fixed, restart, live)) {
            part.forEach((key, value) -> file.append(key)
                    .append(' ')
                    .append(value.isEmpty() ? "\"\"" : value)
                    .append('\n'));
        }
        return file.toString();
    }

    private static SortedMap<String, String> owned() {
        return new TreeMap<>(Map.of(
                // Pods are reached by other pods; who may come in is for the ACL (and the network policy) to say.
                "bind", "* -::*",
                "protected-mode", "no",
                "port", Integer.toString(Names.REDIS_PORT),
                "dir", DATA_DIRECTORY,
                "dbfilename", "dump.rdb",
                "appendfilename", "appendonly.aof",
                "aclfile", ACL_DIRECTORY + "/" + AclFile.FILE,
                // The container's output is the log.
                "daemonize", "no",
                "logfile", ""));
    }

    private static SortedMap<String, String> unnamed(SortedMap<String, String> live) {
        SortedMap<String, String> defaults = new TreeMap<>();
        RedisKeys.known().forEach((key, known) -> {
            if (known.keyClass() == RedisKeys.KeyClass.LIVE && !live.containsKey(key)) {
                defaults.put(key, known.fallback());
            }
        });
        return defaults;
    }
}
