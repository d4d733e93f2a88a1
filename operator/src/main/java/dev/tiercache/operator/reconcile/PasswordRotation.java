package dev.tiercache.operator.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a previous password of one user of Redis valid until whoever uses it had time to read the new one.
 *
 * <p>The kubelet refreshes mounted Secrets within a sync period and the lifetime of its cache, a minute and a half by
 * default. The time is kept in memory: an operator that restarts meanwhile grants it anew.
 */
final class PasswordRotation {
    /** How long clients have. */
    static final Duration GRACE = Duration.ofSeconds(120);

    private final Clock clock;

    /** Since when a password of a resource is a previous one, by UID of the resource and by hash. */
    private final Map<String, Map<String, Instant>> retiredAt = new ConcurrentHashMap<>();

    PasswordRotation(Clock clock) {
        this.clock = clock;
    }

    /**
     * The hashes that Redis shall go on accepting.
     *
     * @param uid UID of the resource
     * @param accepted hashes that Redis accepts now
     * @param current hash of the present password
     */
    List<String> retiring(String uid, Collection<String> accepted, String current) {
        Instant now = clock.instant();
        var known = new HashMap<>(retiredAt.getOrDefault(uid, Map.of()));
        known.keySet().retainAll(accepted);
        known.remove(current);
        accepted.stream().filter(hash -> !hash.equals(current)).forEach(hash -> known.putIfAbsent(hash, now));
        if (known.isEmpty()) {
            retiredAt.remove(uid);
        } else {
            retiredAt.put(uid, Map.copyOf(known));
        }
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().plus(GRACE).isAfter(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Forgets a resource. */
    void forget(String uid) {
        retiredAt.remove(uid);
    }
}
