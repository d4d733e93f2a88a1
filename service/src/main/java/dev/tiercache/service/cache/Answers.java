package dev.tiercache.service.cache;

import dev.tiercache.service.cache.Served.Staleness;
import dev.tiercache.service.cache.Tiers.Stored;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.util.concurrent.TimeUnit;

/** Makes answers out of what the tiers hold. */
final class Answers {

    private Answers() {}

    static Served fromL1(L1Entry entry, long tick, long remainingNanos) {
        return fromL1(entry, tick, TimeUnit.NANOSECONDS.toMillis(remainingNanos), Staleness.NONE);
    }

    static Served staleFromL1(L1Entry entry, long tick, Staleness why) {
        return fromL1(entry, tick, 0, why);
    }

    static Served fromL2(CachedValue value, long ageMillis, boolean inL1, CacheSettings now) {
        long left = Math.min(value.ttlMillis(), now.l2TtlMillis()) - ageMillis;
        // It had some time left when it was read, a moment ago.
        long remaining = Math.max(1, Math.min(now.l1TtlMillis(), left));
        Served.Way way = new Served.Way(true, inL1, true);
        return new Served(value, Layer.L2, ageMillis, remaining, Staleness.NONE, false, false, way);
    }

    static Served computed(Stored stored, boolean askedL2) {
        CachedValue value = stored.value();
        Served.Way way = new Served.Way(askedL2, stored.inL1(), stored.inL2());
        return new Served(value, Layer.ORIGIN, 0, value.ttlMillis(), Staleness.NONE, false, false, way);
    }

    private static Served fromL1(L1Entry entry, long tick, long remainingMillis, Staleness staleness) {
        long age = TimeUnit.NANOSECONDS.toMillis(entry.ageNanos(tick));
        return new Served(entry.value(), Layer.L1, age, remainingMillis, staleness, false, false, Served.Way.L1_ALONE);
    }
}
