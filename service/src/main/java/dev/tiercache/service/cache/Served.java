package dev.tiercache.service.cache;

import dev.tiercache.service.cache.model.CachedValue;

/**
 * One answer of the cache.
 *
 * @param value the value; shared with other answers
 * @param layer where it came from
 * @param ageMillis how old it is, ms
 * @param remainingMillis how much longer it may be served without being stale, ms; 0 when stale
 * @param staleness whether its time is over, and why it is served all the same
 * @param refreshing whether a newer one is being computed behind this answer
 * @param collapsed whether another request's work was waited for
 * @param way what the tiers did for it
 */
public record Served(
        CachedValue value,
        Layer layer,
        long ageMillis,
        long remainingMillis,
        Staleness staleness,
        boolean refreshing,
        boolean collapsed,
        Way way) {

    /** Whether an answer is older than its TTL. */
    public enum Staleness {
        /** It is not. */
        NONE,
        /** It is, and is computed anew behind the answer. */
        REVALIDATING,
        /** It is, and could not be computed anew, or not in time. */
        ERROR
    }

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

    /** Whether it is older than its TTL. */
    public boolean stale() {
        return staleness != Staleness.NONE;
    }

    Served behindWhichRefreshing() {
        return new Served(value, layer, ageMillis, remainingMillis, staleness, true, collapsed, way);
    }

    Served asFollower() {
        return new Served(value, layer, ageMillis, remainingMillis, staleness, refreshing, true, way);
    }
}
