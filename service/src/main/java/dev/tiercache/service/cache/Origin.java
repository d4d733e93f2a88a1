package dev.tiercache.service.cache;

import dev.tiercache.service.cache.CacheException.Reason;
import dev.tiercache.service.cache.Tiers.Lookup;
import dev.tiercache.service.cache.Tiers.Mark;
import dev.tiercache.service.cache.Tiers.Stored;
import dev.tiercache.service.cache.Wakeups.Waiter;
import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Sharing;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.Degradation;
import java.time.Duration;

/**
 * Computes what neither tier holds: so many at once in this process, and, as far as Redis can tell, once among all
 * instances. That is best effort: a lock that cannot be had or asked for, or an instance that takes too long, keeps nobody
 * from computing.
 */
final class Origin {

    /** Another instance's value is looked for so often, though its change should be told: it may also have failed. */
    private static final Duration POLL = Duration.ofMillis(50);

    private static final Duration L2_PAUSE = Duration.ofSeconds(1);

    private final Tiers tiers;
    private final L2 l2;
    private final Bulkhead computations;
    private final Bulkhead refreshes;
    private final Wakeups wakeups;
    private final CacheMeters meters;
    private final Duration patience;
    private final Duration hold;

    /**
     * Makes one.
     *
     * @param computations where all compute
     * @param refreshes where those wait that nobody waits for, before they take part in that
     * @param patience how long another instance's computation is waited for
     * @param hold when a lock is given up by itself although its holder lives: it takes too long
     */
    Origin(
            Tiers tiers,
            L2 l2,
            Bulkhead computations,
            Bulkhead refreshes,
            Wakeups wakeups,
            CacheMeters meters,
            Duration patience,
            Duration hold) {
        this.tiers = tiers;
        this.l2 = l2;
        this.computations = computations;
        this.refreshes = refreshes;
        this.wakeups = wakeups;
        this.meters = meters;
        this.patience = patience;
        this.hold = hold;
    }

    /** What somebody waits for. */
    sealed interface Fetched {
        /** Computed here. */
        record Computed(Stored stored) implements Fetched {}

        /** Computed by another instance meanwhile. */
        record Read(CachedValue value, boolean inL1) implements Fetched {}
    }

    /** Computes a value that somebody waits for, or waits for the instance that computes it already. */
    Fetched fetch(String name, Loader loader, CacheSettings now) throws Exception {
        refuseWithoutL2(now);
        if (!now.sharedFlights() || !l2.up()) {
            return compute(name, loader, now);
        }
        String key = now.keyPrefix() + name;
        try (Waiter waiter = wakeups.listen(name)) {
            long begin = System.nanoTime();
            while (true) {
                switch (l2.tryLock(key, hold, timeout(now))) {
                    case L2.Lock.Acquired lock -> {
                        return computeLocked(lock, name, loader, now);
                    }
                    case L2.Lock.Unavailable() -> {
                        meters.shared(Sharing.UNAVAILABLE);
                        return compute(name, loader, now);
                    }
                    case L2.Lock.Held() -> waiter.await(POLL);
                }
                Mark mark = tiers.mark(name);
                Lookup found = tiers.lookAgain(name, now);
                if (found.value() != null) {
                    meters.shared(Sharing.FOLLOWED);
                    return read(name, found.value(), now, mark);
                }
                if (!found.answered() || System.nanoTime() - begin > patience.toNanos()) {
                    meters.shared(Sharing.GAVE_UP);
                    return compute(name, loader, now);
                }
            }
        }
    }

    /**
     * Computes a value that has a copy which is served meanwhile.
     *
     * @param old the copy
     * @param forced whether a value that is newer than the copy is not enough
     */
    void refresh(String name, Loader loader, CacheSettings now, CachedValue old, boolean forced) throws Exception {
        // First its turn and then the lock: who waits for the lock must not wait for the turn, too.
        refreshes.run(() -> {
            refreshNow(name, loader, now, old, forced);
            return name;
        });
    }

    private void refreshNow(String name, Loader loader, CacheSettings now, CachedValue old, boolean forced)
            throws Exception {
        if (!forced) {
            Mark mark = tiers.mark(name);
            Lookup found = tiers.lookAgain(name, now);
            if (found.value() != null && found.value().createdAtMillis() > old.createdAtMillis()) {
                // Another instance was faster.
                read(name, found.value(), now, mark);
                return;
            }
        }
        refuseWithoutL2(now);
        L2.Lock lock = forced || !now.sharedFlights() || !l2.up()
                ? new L2.Lock.Unavailable()
                : l2.tryLock(now.keyPrefix() + name, hold, timeout(now));
        switch (lock) {
            case L2.Lock.Acquired mine -> {
                try {
                    compute(name, loader, now);
                } finally {
                    l2.release(mine);
                }
            }
            case L2.Lock.Unavailable() -> compute(name, loader, now);
            case L2.Lock.Held() -> {
                // Another instance is at it, and all are told when it is done.
            }
        }
    }

    private Fetched computeLocked(L2.Lock.Acquired lock, String name, Loader loader, CacheSettings now)
            throws Exception {
        try {
            // Between the look that found nothing and the lock, the instance that had it may have finished.
            Mark mark = tiers.mark(name);
            Lookup found = tiers.lookAgain(name, now);
            if (found.value() != null) {
                meters.shared(Sharing.FOLLOWED);
                return read(name, found.value(), now, mark);
            }
            meters.shared(Sharing.LED);
            return compute(name, loader, now);
        } finally {
            l2.release(lock);
        }
    }

    private Fetched.Computed compute(String name, Loader loader, CacheSettings now) throws Exception {
        return computations.run(() -> {
            Mark mark = tiers.mark(name);
            long start = System.nanoTime();
            boolean ok = false;
            try {
                byte[] body = loader.load();
                ok = true;
                return new Fetched.Computed(tiers.store(name, body, now, mark));
            } finally {
                meters.loaded(System.nanoTime() - start, ok);
            }
        });
    }

    private Fetched.Read read(String name, CachedValue value, CacheSettings now, Mark mark) {
        return new Fetched.Read(value, tiers.keep(name, value, true, now, mark));
    }

    private void refuseWithoutL2(CacheSettings now) throws CacheException {
        if (now.degradation() == Degradation.FAIL && !l2.up()) {
            throw new CacheException(Reason.L2_DOWN, "L2 is not up", L2_PAUSE, null);
        }
    }

    private static Duration timeout(CacheSettings now) {
        return Duration.ofMillis(now.l2CommandTimeoutMillis());
    }
}
