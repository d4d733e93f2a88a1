package dev.tiercache.service.cache;

import dev.tiercache.service.cache.model.CachedValue;

/**
 * One answer of the cache.
 *
 * @param value the value; shared with other answers
 * @param layer where it came from
 * @param ageMillis how old it is, ms
 * @param remainingMillis how much longer it may be served, ms
 * @param refreshing whether a newer one is being computed behind this answer
 * @param collapsed whether another request's work was waited for
 * @param way what the tiers did for it
 */
public record Served(
        CachedValue value,
        Layer layer,
        long ageMillis,
        long remainingMillis,
        boolean refreshing,
        boolean collapsed,
        Way way) {

    /**
     * What the tiers did for an answer.
     *
     * @param askedL2 whether L2 was asked and answered, if only that it has nothing
     * @param toL1 whether L1 keeps it now
     * @param toL2 whether L2 has it, or was given it and took it on
     */
    public record Way(boolean askedL2, boolean toL1, boolean toL2) {
        static final Way L1_ALONE = new Way(false, true, false);
    }

    /** Whether it was computed before this request. */
    public boolean cached() {
        return layer != Layer.ORIGIN;
    }

    Served behindWhichRefreshing() {
        return new Served(value, layer, ageMillis, remainingMillis, true, collapsed, way);
    }

    Served asFollower() {
        return new Served(value, layer, ageMillis, remainingMillis, refreshing, true, way);
    }
}
