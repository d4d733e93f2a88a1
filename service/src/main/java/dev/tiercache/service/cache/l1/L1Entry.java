package dev.tiercache.service.cache.l1;

import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.util.concurrent.TimeUnit;

/**
 * A value as L1 holds it. Its times are readings of the monotonic ticker, ns, so that no step of a clock makes it live
 * longer.
 *
 * @param value the value
 * @param createdTick when the value was computed
 * @param storedTick when it came into L1
 * @param keepNanos how long after that it may be served without asking L2, by the settings of that moment
 * @param forgetTick when it is of no use any more, not even stale
 * @param epoch the epoch of the link to L2 in which it was read or computed: invalidations are only known to have
 *     arrived within one epoch, so an entry of an older one has to be checked
 * @param inL2 whether L2 was given it: absent there then means deleted there
 */
public record L1Entry(
        CachedValue value,
        long createdTick,
        long storedTick,
        long keepNanos,
        long forgetTick,
        long epoch,
        boolean inL2) {

    /**
     * Makes the entry of a value that comes into L1 now.
     *
     * @param tick now, by the ticker
     * @param nowMillis now, ms since the epoch, by the clock of {@link CachedValue#createdAtMillis}
     */
    public static L1Entry of(
            CachedValue value, CacheSettings settings, long tick, long nowMillis, long epoch, boolean inL2) {
        long created = tick - nanos(value.ageMillis(nowMillis));
        long over = created + nanos(Math.min(value.ttlMillis(), settings.l2TtlMillis()));
        long keep = Math.min(nanos(settings.l1TtlMillis()), over - tick);
        long stale = nanos(Math.max(settings.staleWhileRevalidateMillis(), settings.staleIfErrorMillis()));
        return new L1Entry(value, created, tick, keep, stale > 0 ? over + stale : tick + keep, epoch, inL2);
    }

    /** How old the value is, ns; never negative. */
    public long ageNanos(long tick) {
        return Math.max(0, tick - createdTick);
    }

    /**
     * How much longer it may be served without asking L2, ns; zero or less when no longer. Settings that were lowered
     * since it was stored count at once; raised ones do not make it live longer than was meant then.
     */
    public long remainingNanos(long tick, CacheSettings settings) {
        long ofCopy = Math.min(keepNanos, nanos(settings.l1TtlMillis())) - (tick - storedTick);
        return Math.min(ofCopy, valueRemainingNanos(tick, settings));
    }

    /** How much time the value itself has left, ns; negative when it is stale, and for how long it has been. */
    public long valueRemainingNanos(long tick, CacheSettings settings) {
        return nanos(ttlMillis(settings)) - ageNanos(tick);
    }

    /** The TTL of the value that holds now, ms. */
    public long ttlMillis(CacheSettings settings) {
        return Math.min(value.ttlMillis(), settings.l2TtlMillis());
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
