package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.model.CacheSettings;
import java.util.List;
import java.util.function.Supplier;

/**
 * Has L2 confirm what is read most often here, in few round trips, after a time in which invalidations may have been
 * missed: else the next read of each would ask alone, all of them at once.
 */
final class Recheck {

    /** Of a few KB each, some ten MB: what a moment's reads are about. The others are checked when they are read. */
    private static final int MOST = 2_000;

    /** Few enough not to hold up the reads on the same connection. */
    private static final int BATCH = 50;

    private final Supplier<CacheSettings> settings;
    private final L1 l1;
    private final L2 l2;
    private final Tiers tiers;
    private final Ticker ticker;

    Recheck(Supplier<CacheSettings> settings, L1 l1, L2 l2, Tiers tiers, Ticker ticker) {
        this.settings = settings;
        this.l1 = l1;
        this.l2 = l2;
        this.tiers = tiers;
        this.ticker = ticker;
    }

    /** Blocks until it is done, or L2 is away again. */
    void run() {
        long epoch = l2.epoch();
        CacheSettings now = settings.get();
        List<String> names =
                l1.hottest(MOST).stream().filter(name -> isSuspect(name, epoch)).toList();
        for (int i = 0; i < names.size() && l2.up() && l2.epoch() == epoch; i += BATCH) {
            tiers.fetchAll(names.subList(i, Math.min(names.size(), i + BATCH)), now);
        }
    }

    /** Whether it is of before, and came from L2 or went there: one that did not may be newer than what L2 has. */
    private boolean isSuspect(String name, long epoch) {
        L1Entry entry = l1.get(name, ticker.read());
        return entry != null && entry.epoch() != epoch && entry.inL2();
    }
}
