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
 */
public record Served(
        CachedValue value, Layer layer, long ageMillis, long remainingMillis, boolean refreshing, boolean collapsed) {

    /** Whether it was computed before this request. */
    public boolean cached() {
        return layer != Layer.ORIGIN;
    }

    Served behindWhichRefreshing() {
        return new Served(value, layer, ageMillis, remainingMillis, true, collapsed);
    }

    Served asFollower() {
        return new Served(value, layer, ageMillis, remainingMillis, refreshing, true);
    }
}
