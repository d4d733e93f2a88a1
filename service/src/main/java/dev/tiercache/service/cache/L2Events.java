package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Source;
import dev.tiercache.service.cache.model.CacheSettings;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings what happens in L2 to L1. Runs on the connection's threads: removes and returns. */
final class L2Events implements L2.Listener {

    /** The end of a value's time is told a moment after it came, and by a clock that is a moment off. */
    private static final long END_NANOS = 20_000_000;

    private final Supplier<CacheSettings> settings;
    private final L1 l1;
    private final Failures failures;
    private final Wakeups wakeups;
    private final Purges purges;
    private final SharedClock clock;
    private final Ticker ticker;
    private final CacheMeters meters;
    private final Consumer<L2.Reopening> reopening;

    L2Events(
            Supplier<CacheSettings> settings,
            L1 l1,
            Failures failures,
            Wakeups wakeups,
            Purges purges,
            SharedClock clock,
            Ticker ticker,
            CacheMeters meters,
            Consumer<L2.Reopening> reopening) {
        this.settings = settings;
        this.l1 = l1;
        this.failures = failures;
        this.wakeups = wakeups;
        this.purges = purges;
        this.clock = clock;
        this.ticker = ticker;
        this.meters = meters;
        this.reopening = reopening;
    }

    @Override
    public void key(String key) {
        CacheSettings now = settings.get();
        if (!key.startsWith(now.keyPrefix())) {
            return;
        }
        String name = key.substring(now.keyPrefix().length());
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        // A value that has come to its end leaves Redis, and that is told like a deletion; here it may be served stale
        // for
        // a while. One that was deleted or replaced before its end may not.
        if (entry == null || entry.valueRemainingNanos(tick, now) > END_NANOS) {
            l1.invalidate(name);
        }
        failures.forget(name);
        wakeups.wake(name);
        meters.invalidated(Source.TRACKING, false);
    }

    @Override
    public void all() {
        purges.listLost();
        l1.clear();
        failures.forget(name -> true);
        wakeups.wakeAll();
        meters.invalidated(Source.TRACKING, true);
    }

    @Override
    public void purged(List<L2.Purge> heard) {
        long now = clock.millis();
        heard.forEach(purge -> purges.hear(new Scope(purge.scope()), purge.atMillis(), now));
    }

    @Override
    public void clock(long millis) {
        clock.synced(millis);
    }

    @Override
    public void reopening(L2.Reopening tier) {
        reopening.accept(tier);
    }

    @Override
    public boolean mayWrite(L2.Entry waited) {
        String prefix = settings.get().keyPrefix();
        return waited.key().startsWith(prefix)
                && purges.spare(waited.key().substring(prefix.length()), waited.createdAtMillis());
    }
}
