package dev.tiercache.operator.desired;

import static java.util.Map.entry;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The keys of redis.conf that the operator knows, by class: the one table behind what is applied to a running server,
 * what needs a restart, and the reference in the documentation.
 */
public final class RedisKeys {

    /** What a change of a key takes. */
    public enum KeyClass {
        /** CONFIG SET on the running server. */
        LIVE,
        /** A supervised restart; also every key that is not in the table. */
        RESTART
    }

    /**
     * One known key.
     *
     * @param keyClass what a change takes
     * @param form what values look like
     * @param fallback what holds where the spec does not name the key
     * @param ours whether the fallback is the operator's choice; Redis' own default otherwise
     */
    public record Key(KeyClass keyClass, ValueForm form, String fallback, boolean ours) {}

    /** replica-priority of a replica that is as good a next master as any other. */
    public static final String PRIORITY = "100";
    /** replica-priority of the one that shall be the next master. */
    public static final String FIRST_PRIORITY = "1";

    private static final SortedMap<String, Key> KEYS = Collections.unmodifiableSortedMap(new TreeMap<>(Map.ofEntries(
            live("acllog-max-len", ValueForm.integer(0, Long.MAX_VALUE), "128"),
            live("active-defrag-cycle-max", ValueForm.integer(1, 99), "25"),
            live("active-defrag-cycle-min", ValueForm.integer(1, 99), "1"),
            live("active-defrag-ignore-bytes", ValueForm.memory(1), "104857600"),
            live("active-defrag-max-scan-fields", ValueForm.integer(1, Integer.MAX_VALUE), "1000"),
            live("active-defrag-threshold-lower", ValueForm.integer(0, 1000), "10"),
            live("active-defrag-threshold-upper", ValueForm.integer(0, 1000), "100"),
            live("activedefrag", ValueForm.YES_NO, "no"),
            live("activerehashing", ValueForm.YES_NO, "yes"),
            live("auto-aof-rewrite-min-size", ValueForm.MEMORY, "67108864"),
            live("auto-aof-rewrite-percentage", ValueForm.integer(0, Integer.MAX_VALUE), "100"),
            live("busy-reply-threshold", ValueForm.integer(0, Long.MAX_VALUE), "5000"),
            live("client-output-buffer-limit", ValueForm.BUFFER_LIMITS, ValueForm.DEFAULT_BUFFER_LIMITS),
            live("client-query-buffer-limit", ValueForm.memory(1 << 20), "1073741824"),
            live("dynamic-hz", ValueForm.YES_NO, "yes"),
            live("hash-max-listpack-entries", ValueForm.integer(0, Long.MAX_VALUE), "512"),
            live("hash-max-listpack-value", ValueForm.MEMORY, "64"),
            live("hz", ValueForm.integer(1, 500), "10"),
            live("latency-monitor-threshold", ValueForm.integer(0, Long.MAX_VALUE), "0"),
            live("latency-tracking", ValueForm.YES_NO, "yes"),
            live("latency-tracking-info-percentiles", ValueForm.PERCENTILES, "50 99 99.9"),
            // Freeing in the background keeps one large key from stopping the server: the operator's choice.
            ours("lazyfree-lazy-eviction", ValueForm.YES_NO, "yes"),
            ours("lazyfree-lazy-expire", ValueForm.YES_NO, "yes"),
            ours("lazyfree-lazy-server-del", ValueForm.YES_NO, "yes"),
            ours("lazyfree-lazy-user-del", ValueForm.YES_NO, "yes"),
            ours("lazyfree-lazy-user-flush", ValueForm.YES_NO, "yes"),
            live("lfu-decay-time", ValueForm.integer(0, Integer.MAX_VALUE), "1"),
            live("lfu-log-factor", ValueForm.integer(0, Integer.MAX_VALUE), "10"),
            live("list-compress-depth", ValueForm.integer(0, Integer.MAX_VALUE), "0"),
            live("list-max-listpack-size", ValueForm.integer(-5, Integer.MAX_VALUE), "-2"),
            live("loglevel", ValueForm.oneOf("debug", "verbose", "notice", "warning"), "notice"),
            live("maxclients", ValueForm.integer(1, Integer.MAX_VALUE), "10000"),
            live("maxmemory-clients", ValueForm.MEMORY_OR_PERCENT, "0"),
            live("maxmemory-eviction-tenacity", ValueForm.integer(0, 100), "10"),
            live("maxmemory-samples", ValueForm.integer(1, 64), "5"),
            // A sync of the file while it is being rewritten can stall the server for seconds: the operator's choice.
            ours("no-appendfsync-on-rewrite", ValueForm.YES_NO, "yes"),
            live("notify-keyspace-events", ValueForm.EVENT_FLAGS, ""),
            live("repl-backlog-size", ValueForm.memory(16 << 10), "1048576"),
            live("repl-backlog-ttl", ValueForm.integer(0, Long.MAX_VALUE), "3600"),
            live("repl-diskless-sync-delay", ValueForm.integer(0, Integer.MAX_VALUE), "5"),
            live("set-max-intset-entries", ValueForm.integer(0, Long.MAX_VALUE), "512"),
            live("set-max-listpack-entries", ValueForm.integer(0, Long.MAX_VALUE), "128"),
            live("set-max-listpack-value", ValueForm.MEMORY, "64"),
            live("slowlog-log-slower-than", ValueForm.integer(-1, Long.MAX_VALUE), "10000"),
            live("slowlog-max-len", ValueForm.integer(0, Long.MAX_VALUE), "128"),
            live("stop-writes-on-bgsave-error", ValueForm.YES_NO, "yes"),
            live("stream-node-max-bytes", ValueForm.MEMORY, "4096"),
            live("stream-node-max-entries", ValueForm.integer(0, Long.MAX_VALUE), "100"),
            live("tcp-keepalive", ValueForm.integer(0, Integer.MAX_VALUE), "300"),
            live("timeout", ValueForm.integer(0, Integer.MAX_VALUE), "0"),
            live("tracking-table-max-keys", ValueForm.integer(0, Long.MAX_VALUE), "1000000"),
            live("zset-max-listpack-entries", ValueForm.integer(0, Long.MAX_VALUE), "128"),
            live("zset-max-listpack-value", ValueForm.MEMORY, "64"),
            restart("appenddirname", ValueForm.FILE_NAME, "appendonlydir"),
            restart("databases", ValueForm.integer(1, Integer.MAX_VALUE), "16"),
            restart("io-threads", ValueForm.integer(1, 128), "1"),
            restart("tcp-backlog", ValueForm.integer(0, Integer.MAX_VALUE), "511"))));

    /** Keys that fields of the spec set; live as well. */
    private static final Map<String, ValueForm> OWN_FIELDS = Map.of(
            "min-replicas-max-lag", ValueForm.integer(0, Integer.MAX_VALUE),
            "min-replicas-to-write", ValueForm.integer(0, Integer.MAX_VALUE),
            "replica-priority", ValueForm.integer(0, Integer.MAX_VALUE),
            "maxmemory", ValueForm.MEMORY,
            "maxmemory-policy", ValueForm.TEXT,
            "appendonly", ValueForm.YES_NO,
            "appendfsync", ValueForm.TEXT,
            "save", ValueForm.TEXT);

    private RedisKeys() {}

    /** Every known key, sorted. */
    public static SortedMap<String, Key> known() {
        return KEYS;
    }

    public static KeyClass classOf(String key) {
        if (OWN_FIELDS.containsKey(key)) {
            return KeyClass.LIVE;
        }
        Key known = KEYS.get(key);
        return known == null ? KeyClass.RESTART : known.keyClass();
    }

    /**
     * What Redis would surely say against a value, or empty. A key that is not in the table is for the server to judge.
     */
    public static Optional<String> problem(String key, String value) {
        return form(key).normalise(value).isPresent()
                ? Optional.empty()
                : Optional.of("expected " + form(key).expectation());
    }

    /** Whether two spellings of a value mean the same to Redis: 64mb and 67108864, or AKE and KEA. */
    public static boolean sameValue(String key, String one, String other) {
        ValueForm form = form(key);
        return form.normalise(one).orElse(one).equals(form.normalise(other).orElse(other));
    }

    private static ValueForm form(String key) {
        Key known = KEYS.get(key);
        return known != null ? known.form() : OWN_FIELDS.getOrDefault(key, ValueForm.TEXT);
    }

    private static Map.Entry<String, Key> live(String key, ValueForm form, String fallback) {
        return entry(key, new Key(KeyClass.LIVE, form, fallback, false));
    }

    private static Map.Entry<String, Key> ours(String key, ValueForm form, String fallback) {
        return entry(key, new Key(KeyClass.LIVE, form, fallback, true));
    }

    private static Map.Entry<String, Key> restart(String key, ValueForm form, String fallback) {
        return entry(key, new Key(KeyClass.RESTART, form, fallback, false));
    }
}
