package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Source;
import java.util.function.Predicate;

/** Carries a purge out on this instance: what is there goes, and what is on its way does not arrive. */
final class Purges {

    private final Barriers barriers;
    private final L1 l1;
    private final Failures failures;
    private final Tags tags;
    private final CacheMeters meters;

    Purges(Barriers barriers, L1 l1, Failures failures, Tags tags, CacheMeters meters) {
        this.barriers = barriers;
        this.l1 = l1;
        this.failures = failures;
        this.tags = tags;
        this.meters = meters;
    }

    /**
     * Carries one out, unless that was done before.
     *
     * @param atMillis values computed until then, inclusive, are meant
     * @param nowMillis now, by the same clock
     */
    void carryOut(Scope scope, long atMillis, long nowMillis) {
        if (!barriers.raise(scope, atMillis)) {
            return;
        }
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
