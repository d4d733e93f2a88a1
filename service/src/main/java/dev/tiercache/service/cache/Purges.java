package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Source;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Carries a purge out on this instance: what is there goes, and what is on its way does not arrive. */
final class Purges {

    private final Barriers barriers;
    private final L1 l1;
    private final Failures failures;
    private final Tags tags;
    private final CacheMeters meters;
    /** The time of the last purge of each scope that L2 told of. */
    private final Map<Scope, Long> heard = new ConcurrentHashMap<>();

    Purges(Barriers barriers, L1 l1, Failures failures, Tags tags, CacheMeters meters) {
        this.barriers = barriers;
        this.l1 = l1;
        this.failures = failures;
        this.tags = tags;
        this.meters = meters;
    }

    /** Carries out one that was told of, unless that was done before: each is told again with every connection. */
    void hear(Scope scope, long atMillis, long nowMillis) {
        Long before = heard.get(scope);
        if (before == null || before != atMillis) {
            carryOut(scope, atMillis, nowMillis);
        }
    }

    /** Says that L2 has lost all it held: what it tells from now on is new, even of the same time. */
    void listLost() {
        heard.clear();
    }

    /**
     * Carries one out.
     *
     * @param atMillis values computed until then, inclusive, are meant
     * @param nowMillis now, by the same clock
     */
    void carryOut(Scope scope, long atMillis, long nowMillis) {
        // L2 tells it to this instance, too, which has done it by then.
        if (heard.size() >= Barriers.MOST) {
            heard.clear();
        }
        heard.put(scope, atMillis);
        barriers.raise(scope, atMillis);
        Predicate<String> names = name -> scope.covers(name, tags);
        l1.invalidate(names);
        failures.forget(names);
        barriers.prune(nowMillis - CacheOptions.LONGEST_LIFE.toMillis());
        meters.invalidated(Source.PURGE, scope.equals(Scope.ALL));
    }

    /** Whether a value may still be used: false when a purge was about it. */
    boolean spare(String name, long createdAtMillis) {
        return !barriers.cover(name, createdAtMillis, Long.MAX_VALUE);
    }
}
