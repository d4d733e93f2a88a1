package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.CacheException.Reason;
import dev.tiercache.service.cache.Origin.Fetched;
import dev.tiercache.service.cache.Served.Staleness;
import dev.tiercache.service.cache.Tiers.Lookup;
import dev.tiercache.service.cache.Tiers.Mark;
import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.cache.flight.SingleFlight;
import dev.tiercache.service.cache.flight.SingleFlight.Flight;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Source;
import dev.tiercache.service.cache.metrics.CacheMeters.Stale;
import dev.tiercache.service.cache.metrics.CacheMeters.Trigger;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of two tiers over something that computes values.
 *
 * <pre>
 * L1 has it, of this epoch:
 *     within its time ────────────────────────────────────► serve L1; nearly over? compute it again behind the answer
 *     shortly beyond it ──────────────────────────────────► serve L1, marked stale, and compute it again behind the answer
 * it failed a moment ago ─────────────────────────────────► fail as then
 * else one flight a key:
 *     L2 has it ──────────────────────────────────────────► keep it in L1 for what is left of its time, serve L2
 *     L2 does not answer, L1 has it of an older epoch ────► serve L1
 *     L2 has nothing, L1 has it and never gave it to L2 ──► give it to L2, serve L1
 *     else compute, here or on another instance ──────────► keep it in L1, send it to L2 behind the answer, serve it
 * whatever failed or takes long, and L1 has a stale copy ─► serve that, marked stale
 * </pre>
 *
 * An epoch is a time in which every invalidation by Redis is known to have arrived; it ends with the connection.
 * A value never becomes older than the L2 TTL, counted from the begin of its computation, whichever tiers it passed
 * through, unless it is marked stale. Names are given without the key prefix: L1 goes by names, L2 by prefix and name.
 */
public final class TieredCache implements AutoCloseable {

    /** One who has a stale copy to fall back on waits so long for a new value. */
    static final Duration SOFT_DEADLINE = Duration.ofMillis(500);

    private static final int MAX_FLIGHTS = 4096;
    private static final int MAX_WAITING_COMPUTATIONS = 256;
    private static final int WARM_UP_BATCH = 64;
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(2);

    private final L1 l1;
    private final L2 l2;
    private final Tiers tiers;
    private final Origin origin;
    private final Barriers barriers;
    private final Failures failures;
    private final Refresher refresher;
    private final Wakeups wakeups = new Wakeups();
    private final CacheMeters meters;
    private final CacheOptions options;
    private final Ticker ticker;
    private final SharedClock clock;
    private final SingleFlight<Served> flights = new SingleFlight<>(MAX_FLIGHTS);
    private volatile CacheSettings settings;

    /** Makes an empty cache whose values have no tags. */
    public TieredCache(
            CacheSettings settings,
            Duration deadline,
            LongSupplier clock,
            Ticker ticker,
            CacheMeters meters,
            Function<L2.Listener, L2> l2) {
        this(settings, CacheOptions.of(deadline, clock, ticker), meters, l2);
    }

    /**
     * Makes an empty cache.
     *
     * @param settings what to begin with; {@link #apply} changes them
     * @param options what stays as it is
     * @param l2 makes the second tier, given where it shall tell of what happens there
     */
    public TieredCache(CacheSettings settings, CacheOptions options, CacheMeters meters, Function<L2.Listener, L2> l2) {
        this.settings = settings;
        this.options = options;
        this.ticker = options.ticker();
        this.clock = new SharedClock(options.wall(), ticker);
        this.meters = meters;
        this.l1 = new L1(settings.l1MaxBytes(), ticker.read(), meters::evicted);
        this.barriers = new Barriers(options.tags());
        this.failures = new Failures(ticker);
        this.refresher = new Refresher(meters, ticker, options.background());
        Bulkhead computations = new Bulkhead(
                2 * Runtime.getRuntime().availableProcessors(),
                MAX_WAITING_COMPUTATIONS,
                options.longestTurn(),
                options.longestRun());
        this.l2 = l2.apply(new FromL2());
        this.tiers = new Tiers(l1, this.l2, barriers, options.tags(), clock, ticker, meters);
        this.origin =
                new Origin(tiers, this.l2, computations, wakeups, meters, options.longestTurn(), options.deadline());
        meters.l1Size(l1, L1::size);
        meters.gauge("ir.cache.bytes", "Heap that L1 takes, bytes", l1, L1::bytes);
        meters.bounded("flights", MAX_FLIGHTS, flights, SingleFlight::size);
        meters.bounded("refreshes", Refresher.MAX_REFRESHES, refresher, Refresher::underWay);
        meters.bounded("computations", MAX_WAITING_COMPUTATIONS, computations, Bulkhead::waiting);
        meters.bounded("failures", Failures.MOST, failures, Failures::size);
        meters.bounded("purges", Barriers.MOST, barriers, Barriers::size);
    }

    /**
     * Answers with the value of a name if L1 can; never blocks.
     *
     * @param name printable ASCII without space, quote and backslash
     * @param fresh whether a newer value is wanted: a cached one is still answered, and computed again behind the answer
     * @param loader computes the value behind the answer where its time is over, or nearly
     * @return null when {@link #get} has to be asked
     */
    public @Nullable Served hit(String name, boolean fresh, Loader loader) {
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        if (entry == null || entry.epoch() != l2.epoch()) {
            return null;
        }
        CacheSettings now = settings;
        long remaining = entry.remainingNanos(tick, now);
        if (remaining > 0) {
            meters.l1Hit();
            return refreshed(name, fresh, loader, fromL1(entry, tick, remaining), now);
        }
        if (!stale(entry, tick, now, now.staleWhileRevalidateMillis())) {
            return null;
        }
        meters.l1Hit();
        meters.staleServed(Stale.REVALIDATE);
        return refreshed(name, fresh, loader, staleFromL1(entry, tick, Staleness.REVALIDATING), now);
    }

    /**
     * Answers with the value of a name.
     *
     * @param name printable ASCII without space, quote and backslash
     * @param fresh whether a newer value is wanted: a cached one is still answered, and computed again behind the answer
     * @param loader computes the value where neither tier has it
     * @throws CacheException when there is no answer
     */
    public Served get(String name, boolean fresh, Loader loader) throws CacheException {
        Served hit = hit(name, fresh, loader);
        if (hit != null) {
            return hit;
        }
        meters.l1Miss();
        CacheSettings now = settings;
        CacheException known = failures.of(name);
        if (known != null) {
            meters.negative();
            return staleOr(name, now, copyOf(known));
        }
        return refreshed(name, fresh, loader, fetch(name, loader, now), now);
    }

    /** Changes the settings. A lowered TTL or bound counts at once, also for what is there already. */
    public synchronized void apply(CacheSettings next) {
        CacheSettings before = settings;
        settings = next;
        if (next.l1MaxBytes() != before.l1MaxBytes()) {
            l1.maxBytes(next.l1MaxBytes());
        }
        if (!next.keyPrefix().equals(before.keyPrefix())) {
            // Values under the old prefix are other values, and theirs are the invalidations heard so far.
            l1.clear();
            meters.invalidated(Source.PREFIX, true);
            l2.watch(next.keyPrefix());
        }
    }

    /**
     * Forgets values on every instance and in L2, those that are being computed included. Blocks.
     *
     * @return how many L2 has deleted; -1 when it does not answer: other instances hear of the purge when it does again
     */
    public long purge(Scope scope) {
        long at = clock.millis();
        purged(scope, at);
        String prefix = settings.keyPrefix();
        return l2.purge(new L2.Purge(scope.text(), at), key -> covers(scope, prefix, key), ADMIN_TIMEOUT);
    }

    /**
     * Brings values that instances read often lately from L2 into L1. Blocks.
     *
     * @param most how many at most
     * @param longest after this time no more are asked for
     * @return how many L1 has taken
     */
    public int warmUp(int most, Duration longest) {
        long begin = System.nanoTime();
        CacheSettings now = settings;
        String prefix = now.keyPrefix();
        List<String> names = l2.recentKeys(most, ADMIN_TIMEOUT).stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
        int taken = 0;
        for (int i = 0; i < names.size() && System.nanoTime() - begin < longest.toNanos(); i += WARM_UP_BATCH) {
            taken += tiers.fetchAll(names.subList(i, Math.min(names.size(), i + WARM_UP_BATCH)), now);
        }
        return taken;
    }

    /** Tells L2 what is read often here, for instances that start later to warm up with. */
    public void noteHottest(int most) {
        String prefix = settings.keyPrefix();
        List<String> keys = l1.hottest(most).stream().map(name -> prefix + name).toList();
        if (!keys.isEmpty()) {
            l2.noteRecent(keys);
        }
    }

    /**
     * What the tiers hold under a name.
     *
     * @param key the key in L2
     * @param inL1 what L1 would answer now, stale or suspect included; null when it holds nothing
     * @param inL2 what L2 would answer now; null when it has nothing that may be served
     * @param l2Answered whether L2 answered
     */
    public record Inspection(
            String key, @Nullable Served inL1, @Nullable CachedValue inL2, boolean l2Answered) {}

    /** Looks into both tiers without changing anything but what cannot be read. Blocks. */
    public Inspection inspect(String name) {
        CacheSettings now = settings;
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        Lookup found = tiers.lookAgain(name, now);
        return new Inspection(
                now.keyPrefix() + name,
                entry == null ? null : fromL1(entry, tick, Math.max(0, entry.remainingNanos(tick, now))),
                found.value(),
                found.answered());
    }

    /** The names read most often here lately, those first. */
    public List<String> hottest(int most) {
        return l1.hottest(most);
    }

    /** Says that the value of a name has grown by another form of its body. */
    public void grown(String name) {
        l1.weighAgain(name);
    }

    /** The settings in force. */
    public CacheSettings settings() {
        return settings;
    }

    /** The state of the link to L2. */
    public L2Status l2Status() {
        return l2.status();
    }

    /** How many values L1 holds, about. */
    public long l1Entries() {
        return l1.size();
    }

    /** Heap that L1 takes, bytes, by its own account. */
    public long l1Bytes() {
        return l1.bytes();
    }

    @Override
    public void close() {
        l2.close();
    }

    private Served refreshed(String name, boolean fresh, Loader loader, Served served, CacheSettings now) {
        if (!served.cached() || served.staleness() == Staleness.ERROR) {
            return served;
        }
        Trigger trigger = RefreshPolicy.trigger(served, fresh, now);
        if (trigger == null) {
            return served;
        }
        CachedValue old = served.value();
        boolean refreshing = refresher.request(
                name, trigger, () -> origin.refresh(name, loader, settings, old, trigger == Trigger.FRESH));
        return refreshing ? served.behindWhichRefreshing() : served;
    }

    private Served fetch(String name, Loader loader, CacheSettings now) throws CacheException {
        Duration wait = fallBack(name, now) == null ? options.deadline() : shorter(SOFT_DEADLINE, options.deadline());
        try {
            var arrival = flights.join(name, flight -> lead(flight, name, loader, now), wait.toMillis());
            if (arrival.followed()) {
                meters.coalesced();
                return arrival.value().asFollower();
            }
            return arrival.value();
        } catch (SingleFlight.FullException e) {
            meters.bulkheadRejected();
            return staleOr(
                    name,
                    now,
                    new CacheException(Reason.OVERLOADED, String.valueOf(e.getMessage()), OVERLOAD_PAUSE, e));
        } catch (TimeoutException e) {
            String message = "no answer within " + wait.toMillis() + " ms";
            return staleOr(name, now, new CacheException(Reason.DEADLINE, message, OVERLOAD_PAUSE, e))
                    .behindWhichRefreshing();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CacheException(Reason.DEADLINE, "interrupted", OVERLOAD_PAUSE, e);
        } catch (ExecutionException e) {
            return staleOr(name, now, failure(e.getCause()));
        }
    }

    /** Runs on the caller's thread as far as L2; a computation gets a thread of its own, for it may outlive the caller. */
    private void lead(Flight<Served> flight, String name, Loader loader, CacheSettings now) {
        Mark mark = tiers.mark(name);
        L1Entry held = l1.get(name, mark.tick());
        long heldFor = held == null ? 0 : held.remainingNanos(mark.tick(), now);
        if (held != null && heldFor > 0 && held.epoch() == mark.epoch()) {
            // The flight before this one has just brought it.
            flight.land(fromL1(held, mark.tick(), heldFor));
            return;
        }
        Lookup found = tiers.lookUp(name, now);
        if (found.value() != null) {
            flight.land(fromL2(found.value(), tiers.keep(name, found.value(), true, now, mark), now));
        } else if (held != null && heldFor > 0 && !found.answered()) {
            flight.land(fromL1(held, mark.tick(), heldFor));
        } else if (held != null && heldFor > 0 && !held.inL2()) {
            boolean given = tiers.send(name, held.value(), now, mark, true);
            tiers.keep(name, held.value(), given, now, mark);
            flight.land(fromL1(held, mark.tick(), heldFor));
        } else {
            if (held != null && found.answered() && held.inL2() && held.valueRemainingNanos(mark.tick(), now) > 0) {
                // It was deleted there before its time was over: here it must not be found again, not even stale.
                l1.forget(name, held);
            }
            flight.failAfter(
                    options.longestTurn().multipliedBy(2).plus(options.longestRun()),
                    () -> new CacheException(Reason.DEADLINE, "the computation hangs", OVERLOAD_PAUSE, null));
            options.background().execute(() -> compute(flight, name, loader, now, found.answered()));
        }
    }

    private void compute(Flight<Served> flight, String name, Loader loader, CacheSettings now, boolean askedL2) {
        try {
            loader.admit();
            flight.land(
                    switch (origin.fetch(name, loader, now)) {
                        case Fetched.Read read -> fromL2(read.value(), read.inL1(), now);
                        case Fetched.Computed computed ->
                            new Served(
                                    computed.stored().value(),
                                    Layer.ORIGIN,
                                    0,
                                    computed.stored().value().ttlMillis(),
                                    Staleness.NONE,
                                    false,
                                    false,
                                    new Served.Way(
                                            askedL2,
                                            computed.stored().inL1(),
                                            computed.stored().inL2()));
                    });
        } catch (Throwable e) {
            CacheException failure = failure(e);
            failures.remember(name, failure, now.negativeTtlMillis());
            flight.fail(failure);
        }
    }

    /** The copy in L1 that is better than nothing: one whose time is not over, or not for long. */
    private @Nullable L1Entry fallBack(String name, CacheSettings now) {
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        return entry != null
                        && (entry.valueRemainingNanos(tick, now) > 0
                                || stale(entry, tick, now, now.staleIfErrorMillis()))
                ? entry
                : null;
    }

    private Served staleOr(String name, CacheSettings now, CacheException failure) throws CacheException {
        L1Entry entry = fallBack(name, now);
        if (entry == null) {
            throw failure;
        }
        long tick = ticker.read();
        long remaining = entry.valueRemainingNanos(tick, now);
        if (remaining > 0) {
            return fromL1(entry, tick, remaining);
        }
        meters.staleServed(Stale.ERROR);
        return staleFromL1(entry, tick, Staleness.ERROR);
    }

    private static boolean stale(L1Entry entry, long tick, CacheSettings now, long windowMillis) {
        long over = -entry.valueRemainingNanos(tick, now);
        return over >= 0 && over < TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    private static Served fromL1(L1Entry entry, long tick, long remainingNanos) {
        return new Served(
                entry.value(),
                Layer.L1,
                TimeUnit.NANOSECONDS.toMillis(entry.ageNanos(tick)),
                TimeUnit.NANOSECONDS.toMillis(remainingNanos),
                Staleness.NONE,
                false,
                false,
                Served.Way.L1_ALONE);
    }

    private static Served staleFromL1(L1Entry entry, long tick, Staleness why) {
        long age = TimeUnit.NANOSECONDS.toMillis(entry.ageNanos(tick));
        return new Served(entry.value(), Layer.L1, age, 0, why, false, false, Served.Way.L1_ALONE);
    }

    private Served fromL2(CachedValue value, boolean inL1, CacheSettings now) {
        long age = value.ageMillis(clock.millis());
        long remaining = Math.min(now.l1TtlMillis(), Math.min(value.ttlMillis(), now.l2TtlMillis()) - age);
        return new Served(
                value,
                Layer.L2,
                age,
                Math.max(1, remaining),
                Staleness.NONE,
                false,
                false,
                new Served.Way(true, inL1, true));
    }

    private CacheException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case CacheException e -> copyOf(e);
            case Bulkhead.RejectedException e -> {
                meters.bulkheadRejected();
                yield new CacheException(Reason.OVERLOADED, String.valueOf(e.getMessage()), OVERLOAD_PAUSE, e);
            }
            case Loader.NotAdmittedException e -> {
                meters.limited();
                Duration pause = Duration.ofMillis(e.retryAfterMillis());
                yield new CacheException(Reason.LIMITED, String.valueOf(e.getMessage()), pause, e);
            }
            case InterruptedException e -> {
                String message = "given up after " + options.longestRun().toMillis() + " ms";
                yield new CacheException(Reason.DEADLINE, message, OVERLOAD_PAUSE, e);
            }
            case null, default -> new CacheException(Reason.LOAD_FAILED, "the loader failed", Duration.ZERO, cause);
        };
    }

    /** Each caller gets a failure of its own, with its own way to it, and the cause that all share. */
    private static CacheException copyOf(CacheException e) {
        return new CacheException(e.reason(), String.valueOf(e.getMessage()), e.retryAfter(), e.getCause());
    }

    private void purged(Scope scope, long atMillis) {
        if (!barriers.raise(scope, atMillis)) {
            return;
        }
        l1.invalidate(name -> scope.covers(name, options.tags()));
        failures.forget(name -> scope.covers(name, options.tags()));
        barriers.prune(clock.millis() - CacheOptions.LONGEST_LIFE.toMillis());
        meters.invalidated(Source.PURGE, scope.equals(Scope.ALL));
    }

    private boolean covers(Scope scope, String prefix, String key) {
        return key.startsWith(prefix) && scope.covers(key.substring(prefix.length()), options.tags());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Runs on the connection's threads: removes and returns. */
    private final class FromL2 implements L2.Listener {

        /** The end of a value's time is told a moment after it came, and by a clock that is a moment off. */
        private static final long END_NANOS = 20_000_000;

        @Override
        public void key(String key) {
            CacheSettings now = settings;
            if (!key.startsWith(now.keyPrefix())) {
                return;
            }
            String name = key.substring(now.keyPrefix().length());
            long tick = ticker.read();
            L1Entry entry = l1.get(name, tick);
            // A value that has come to its end leaves Redis, and is told like one that was deleted; here it may be
            // served stale for a while. One that was deleted before may not.
            if (entry == null || entry.valueRemainingNanos(tick, now) > END_NANOS) {
                l1.invalidate(name);
            }
            failures.forget(name);
            wakeups.wake(name);
            meters.invalidated(Source.TRACKING, false);
        }

        @Override
        public void all() {
            l1.clear();
            failures.forget(name -> true);
            wakeups.wakeAll();
            meters.invalidated(Source.TRACKING, true);
        }

        @Override
        public void purged(List<L2.Purge> purges) {
            purges.forEach(purge -> TieredCache.this.purged(new Scope(purge.scope()), purge.atMillis()));
        }

        @Override
        public void clock(long millis) {
            clock.synced(millis);
        }

        @Override
        public boolean mayWrite(L2.Entry waited) {
            String prefix = settings.keyPrefix();
            return waited.key().startsWith(prefix)
                    && !barriers.cover(
                            waited.key().substring(prefix.length()), waited.createdAtMillis(), Long.MAX_VALUE);
        }
    }
}
