package dev.tiercache.service.cache.l1;

import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;

/**
 * A value as L1 holds it.
 *
 * @param value the value
 * @param storedAtMillis when it came into L1, ms since the epoch
 * @param keepMillis how long after that it may stay, ms, by the settings of that moment
 * @param epoch the epoch of the link to L2 in which it was read or computed: invalidations are only known to have
 *     arrived within one epoch, so an entry of an older one has to be checked
 * @param inL2 whether L2 was given it: absent there then means deleted there
 */
public record L1Entry(CachedValue value, long storedAtMillis, long keepMillis, long epoch, boolean inL2) {

    /** Makes the entry of a value that comes into L1 now. */
    public static L1Entry of(CachedValue value, CacheSettings settings, long nowMillis, long epoch, boolean inL2) {
        long left = Math.min(value.ttlMillis(), settings.l2TtlMillis()) - value.ageMillis(nowMillis);
        return new L1Entry(value, nowMillis, Math.min(settings.l1TtlMillis(), left), epoch, inL2);
    }

    /**
     * How much longer it may be served, ms; zero or less when no longer. Settings that were lowered since it was stored
     * count at once; raised ones do not make it live longer than was meant then.
     */
    public long remainingMillis(long nowMillis, CacheSettings settings) {
        long ofCopy = Math.min(keepMillis, settings.l1TtlMillis()) - Math.max(0, nowMillis - storedAtMillis);
        long ofValue = Math.min(value.ttlMillis(), settings.l2TtlMillis()) - value.ageMillis(nowMillis);
        return Math.min(ofCopy, ofValue);
    }
}
