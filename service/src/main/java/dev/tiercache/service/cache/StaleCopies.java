package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.Served.Staleness;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Stale;
import dev.tiercache.service.cache.model.CacheSettings;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The copies in L1 that are better than an error: those whose time is not over, or not for long. */
final class StaleCopies {

    private final L1 l1;
    private final Ticker ticker;
    private final CacheMeters meters;

    StaleCopies(L1 l1, Ticker ticker, CacheMeters meters) {
        this.l1 = l1;
        this.ticker = ticker;
        this.meters = meters;
    }

    /** Whether an entry's value is over, but not for longer than a window, ms. */
    static boolean within(long windowMillis, L1Entry entry, long tick, CacheSettings now) {
        long over = -entry.valueRemainingNanos(tick, now);
        return over >= 0 && over < TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    /** Whether there is one of this name. */
    boolean has(String name, CacheSettings now) {
        return usable(name, now, ticker.read()) != null;
    }

    /** An answer with the copy of this name; null where there is none. */
    @Nullable
    Served of(String name, CacheSettings now) {
        long tick = ticker.read();
        L1Entry entry = usable(name, now, tick);
        if (entry == null) {
            return null;
        }
        long remaining = entry.valueRemainingNanos(tick, now);
        if (remaining > 0) {
            return Answers.fromL1(entry, tick, remaining);
        }
        meters.staleServed(Stale.ERROR);
        return Answers.staleFromL1(entry, tick, Staleness.ERROR);
    }

    /**
     * The same, or the failure that it would stand in for.
     *
     * @throws CacheException the failure, where there is no copy
     */
    Served or(String name, CacheSettings now, CacheException failure) throws CacheException {
        Served copy = of(name, now);
        if (copy == null) {
            throw failure;
        }
        return copy;
    }

    private @Nullable L1Entry usable(String name, CacheSettings now, long tick) {
        L1Entry entry = l1.get(name, tick);
        return entry != null
                        && (entry.valueRemainingNanos(tick, now) > 0
                                || within(now.staleIfErrorMillis(), entry, tick, now))
                ? entry
                : null;
    }
}
