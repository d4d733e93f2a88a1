package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Has L2 confirm what is read most often here, in few round trips, before it is up again after a time in which
 * invalidations may have been missed: else the next read of each would ask alone, all of them at once.
 */
final class Recheck {

    /** Of a few KB each, some ten MB: what a moment's reads are about. The others are checked when they are read. */
    private static final int MOST = 2_000;

    /** At some KB each, what Redis answers within a millisecond. */
    private static final int BATCH = 50;

    /** L2 is not used meanwhile. */
    private static final Duration LONGEST = Duration.ofMillis(150);

    private final Supplier<CacheSettings> settings;
    private final L1 l1;
    private final Tiers tiers;
    private final Ticker ticker;

    Recheck(Supplier<CacheSettings> settings, L1 l1, Tiers tiers, Ticker ticker) {
        this.settings = settings;
        this.l1 = l1;
        this.tiers = tiers;
        this.ticker = ticker;
    }

    /** Blocks until it is done, its time is over or L2 does not answer. */
    void run(L2.Reopening tier) {
        long end = ticker.read() + LONGEST.toNanos();
        CacheSettings now = settings.get();
        List<String> names = l1.hottest(MOST);
        for (int i = 0; i < names.size(); i += BATCH) {
            Duration left = Duration.ofNanos(end - ticker.read());
            if (!left.isPositive()) {
                return;
            }
            List<String> batch = names.subList(i, Math.min(names.size(), i + BATCH));
            for (Tiers.Batched each : tiers.lookUpAll(batch, tier.epoch(), keys -> tier.getAll(keys, left), now)) {
                if (!each.found().answered()) {
                    return;
                }
                settle(each, tier, now);
            }
        }
    }

    /** What the next read would do, but for what L2 has lost: that read forgets it, and has it computed. */
    private void settle(Tiers.Batched each, L2.Reopening tier, CacheSettings now) {
        long tick = ticker.read();
        L1Entry held = l1.get(each.name(), tick);
        if (held == null) {
            return;
        }
        CachedValue found = each.found().value();
        if (found != null
                && (held.inL2() || found.createdAtMillis() >= held.value().createdAtMillis())) {
            tiers.keep(each.name(), same(found, held.value()) ? held.value() : found, true, now, each.mark());
        } else if (!held.inL2() && held.valueRemainingNanos(tick, now) > 0) {
            tiers.give(each.name(), held.value(), now, each.mark(), tier::putIfNewer);
        }
    }

    /** Then the one that is here stays, with the other forms of it that were made. */
    private static boolean same(CachedValue found, CachedValue held) {
        return found.createdAtMillis() == held.createdAtMillis()
                && found.ttlMillis() == held.ttlMillis()
                && Arrays.equals(found.body(), held.body());
    }
}
