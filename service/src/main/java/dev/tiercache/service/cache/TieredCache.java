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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
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
 *     L2 does not answer, L1 has it within its TTL ───────► serve L1
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
    static final Duration SOFT_DEADLINE = Duration.ofMillis(250);

    private static final int MAX_FLIGHTS = 4096;
    private static final int MAX_WAITING_COMPUTATIONS = 256;
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);

    private final L1 l1;
    private final L2 l2;
    private final Tiers tiers;
    private final StaleCopies staleCopies;
    private final Origin origin;
    private final Failures failures;
    private final Refresher refresher;
    private final CacheAdmin admin;
    /** Null until this is made: before, there is nothing to confirm. */
    private volatile @Nullable Recheck recheck;

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
        this.l1 = new L1(settings.l1MaxBytes(), meters::evicted);
        this.staleCopies = new StaleCopies(l1, ticker, meters);
        this.failures = new Failures(ticker);
        this.refresher = new Refresher(meters, ticker, options.refreshes());
        Barriers barriers = new Barriers(options.tags());
        Purges purges = new Purges(barriers, l1, failures, options.tags(), meters);
        Wakeups wakeups = new Wakeups();
        int places = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
        Bulkhead computations =
                new Bulkhead(places, MAX_WAITING_COMPUTATIONS, options.longestTurn(), options.longestRun());
        // What nobody waits for leaves half of the places to those who do.
        Bulkhead refreshes =
                new Bulkhead(places / 2, Refresher.MAX_REFRESHES, options.longestTurn(), options.longestRun());
        this.l2 = l2.apply(
                new L2Events(this::settings, l1, failures, wakeups, purges, clock, ticker, meters, this::reopening));
        this.tiers = new Tiers(l1, this.l2, barriers, options.tags(), clock, ticker, meters);
        this.origin = new Origin(
                tiers, this.l2, computations, refreshes, wakeups, meters, options.longestTurn(), options.deadline());
        this.recheck = new Recheck(this::settings, l1, tiers, ticker);
        this.admin = new CacheAdmin(this::settings, l1, this.l2, tiers, purges, options.tags(), clock, ticker);
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
        return hit(name, fresh, loader, _ -> true);
    }

    /**
     * The same, if the caller can answer with the value: one that it turns down is not counted as read.
     *
     * @param usable asked once, with the value that L1 has
     */
    public @Nullable Served hit(String name, boolean fresh, Loader loader, Predicate<CachedValue> usable) {
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        // Of a later epoch it is when it was confirmed for that one a moment ago.
        if (entry == null || entry.epoch() < l2.epoch() || !usable.test(entry.value())) {
            return null;
        }
        CacheSettings now = settings;
        long remaining = entry.remainingNanos(tick, now);
        if (remaining > 0) {
            meters.l1Hit();
            return refreshed(name, fresh, loader, Answers.fromL1(entry, tick, remaining), now);
        }
        if (!StaleCopies.within(now.staleWhileRevalidateMillis(), entry, tick, now)) {
            return null;
        }
        meters.l1Hit();
        meters.staleServed(Stale.REVALIDATE);
        return refreshed(name, fresh, loader, Answers.staleFromL1(entry, tick, Staleness.REVALIDATING), now);
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
            return staleCopies.or(name, now, copyOf(known));
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

    /** What is done to it beside reading it. */
    public CacheAdmin admin() {
        return admin;
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

    private void reopening(L2.Reopening tier) {
        Recheck ready = recheck;
        if (ready != null) {
            ready.run(tier);
        }
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
        try {
            if (staleCopies.has(name, now)) {
                Served soon = joinFor(SOFT_DEADLINE, name, loader, now);
                if (soon != null) {
                    return soon;
                }
                // It goes on without this caller, unless the copy to fall back on has gone meanwhile.
                Served copy = staleCopies.of(name, now);
                if (copy != null) {
                    return copy.behindWhichRefreshing();
                }
            }
            Served answer = joinFor(options.deadline(), name, loader, now);
            if (answer != null) {
                return answer;
            }
            String message = "no answer within " + options.deadline().toMillis() + " ms";
            return staleCopies.or(name, now, new CacheException(Reason.DEADLINE, message, OVERLOAD_PAUSE, null));
        } catch (SingleFlight.FullException e) {
            meters.bulkheadRejected();
            String message = String.valueOf(e.getMessage());
            return staleCopies.or(name, now, new CacheException(Reason.OVERLOADED, message, OVERLOAD_PAUSE, e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CacheException(Reason.DEADLINE, "interrupted", OVERLOAD_PAUSE, e);
        } catch (ExecutionException e) {
            return staleCopies.or(name, now, failure(e.getCause()));
        }
    }

    /** What the flight of a key brings; null when that takes longer. */
    private @Nullable Served joinFor(Duration longest, String name, Loader loader, CacheSettings now)
            throws SingleFlight.FullException, ExecutionException, InterruptedException {
        try {
            var arrival = flights.join(name, flight -> lead(flight, name, loader, now), longest.toMillis());
            if (!arrival.followed()) {
                return arrival.value();
            }
            meters.coalesced();
            return arrival.value().asFollower();
        } catch (TimeoutException e) {
            return null;
        }
    }

    /** Runs on the caller's thread as far as L2; a computation gets a thread of its own, for it may outlive the caller. */
    private void lead(Flight<Served> flight, String name, Loader loader, CacheSettings now) {
        Mark mark = tiers.mark(name);
        L1Entry held = l1.get(name, mark.tick());
        long heldFor = held == null ? 0 : held.remainingNanos(mark.tick(), now);
        if (held != null && heldFor > 0 && held.epoch() >= mark.epoch()) {
            // The flight before this one has just brought it.
            flight.land(Answers.fromL1(held, mark.tick(), heldFor));
            return;
        }
        Lookup found = tiers.lookUp(name, now);
        // That took time: what was left of it may be over.
        long tick = ticker.read();
        long valueFor = held == null ? 0 : held.valueRemainingNanos(tick, now);
        if (found.value() != null) {
            flight.land(fromL2(found.value(), tiers.keep(name, found.value(), true, now, mark), now));
        } else if (held != null && valueFor > 0 && !found.answered()) {
            // There is nobody to ask whether it is still the newest: its own time holds.
            flight.land(Answers.fromL1(held, tick, valueFor));
        } else if (held != null && valueFor > 0 && !held.inL2()) {
            tiers.give(name, held.value(), now, mark);
            flight.land(Answers.fromL1(held, tick, valueFor));
        } else if (held != null && StaleCopies.within(now.staleWhileRevalidateMillis(), held, tick, now)) {
            // It would be gone from L2 anyway: that it is says nothing against it.
            meters.staleServed(Stale.REVALIDATE);
            flight.land(Answers.staleFromL1(held, tick, Staleness.REVALIDATING));
        } else {
            if (held != null && found.answered() && held.inL2() && valueFor > 0) {
                // It was deleted there before its time was over: here it must not be found again, not even stale.
                l1.forget(name, held);
            }
            flight.failAfter(
                    options.longestTurn().multipliedBy(2).plus(options.longestRun()),
                    () -> new CacheException(Reason.DEADLINE, "the computation hangs", OVERLOAD_PAUSE, null));
            options.loads().execute(() -> compute(flight, name, loader, now, found.answered()));
        }
    }

    private void compute(Flight<Served> flight, String name, Loader loader, CacheSettings now, boolean askedL2) {
        try {
            loader.admit();
            flight.land(
                    switch (origin.fetch(name, loader, now)) {
                        case Fetched.Read read -> fromL2(read.value(), read.inL1(), now);
                        case Fetched.Computed computed -> Answers.computed(computed.stored(), askedL2);
                    });
        } catch (Throwable e) {
            CacheException failure = failure(e);
            failures.remember(name, failure, now.negativeTtlMillis());
            flight.fail(failure);
        }
    }

    private Served fromL2(CachedValue value, boolean inL1, CacheSettings now) {
        return Answers.fromL2(value, value.ageMillis(clock.millis()), inL1, now);
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
}
