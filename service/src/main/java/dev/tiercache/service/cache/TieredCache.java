package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.CacheException.Reason;
import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.cache.flight.SingleFlight;
import dev.tiercache.service.cache.flight.SingleFlight.Flight;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Read;
import dev.tiercache.service.cache.metrics.CacheMeters.Source;
import dev.tiercache.service.cache.metrics.CacheMeters.Trigger;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.Degradation;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cache of two tiers over something that computes values.
 *
 * <pre>
 * L1 has it, of this epoch ───────────────────────────────► serve L1; nearly over? compute it again behind the answer
 * else one flight a key:
 *     L2 has it ──────────────────────────────────────────► keep it in L1 for what is left of its time, serve L2
 *     L2 does not answer, L1 has it of an older epoch ────► serve L1
 *     L2 has nothing, L1 has it and never gave it to L2 ──► give it to L2, serve L1
 *     else compute (bounded, with a deadline) ────────────► keep it in L1, send it to L2 behind the answer, serve it
 * </pre>
 *
 * An epoch is a time in which every invalidation by Redis is known to have arrived; it ends with the connection.
 * A value never becomes older than the L2 TTL, counted from its computation, whichever tiers it passed through.
 * Names are given without the key prefix: L1 goes by names, L2 by prefix and name.
 */
public final class TieredCache implements AutoCloseable {

    /** From this part of its time on, a value is computed again behind the answer, in percent. */
    static final int EARLY_PERCENT = 80;

    private static final int MAX_FLIGHTS = 4096;
    private static final int MAX_WAITING_COMPUTATIONS = 256;
    private static final Duration OVERLOAD_PAUSE = Duration.ofSeconds(1);
    private static final Duration L2_PAUSE = Duration.ofSeconds(1);

    private final L1 l1;
    private final L2 l2;
    private final CacheMeters meters;
    private final LongSupplier clock;
    private final Duration deadline;
    private final SingleFlight<Served> flights = new SingleFlight<>(MAX_FLIGHTS);
    /** Shorter than the deadline: who gets no turn shall hear of the overload. */
    private final Duration maxWait;

    /** Longer than the deadline, for whoever asks again; but what hangs is given up. */
    private final Duration maxRun;

    private final Bulkhead computations;
    private final Refresher refresher;
    private volatile CacheSettings settings;

    /**
     * Makes an empty cache.
     *
     * @param settings what to begin with; {@link #apply} changes them
     * @param deadline the longest that one caller waits for an answer; half of it is the longest wait for a turn to
     *     compute, and three times it the longest computation
     * @param clock ms since the epoch
     * @param ticker ns, for expiry
     * @param l2 makes the second tier, given where it shall tell of invalidations
     */
    public TieredCache(
            CacheSettings settings,
            Duration deadline,
            LongSupplier clock,
            Ticker ticker,
            CacheMeters meters,
            Function<L2.Invalidations, L2> l2) {
        this.settings = settings;
        this.deadline = deadline;
        this.clock = clock;
        this.meters = meters;
        this.l1 = new L1(settings.l1MaxBytes(), ticker, meters::evicted);
        this.maxWait = deadline.dividedBy(2);
        this.maxRun = deadline.multipliedBy(3);
        this.computations =
                new Bulkhead(2 * Runtime.getRuntime().availableProcessors(), MAX_WAITING_COMPUTATIONS, maxWait, maxRun);
        this.refresher = new Refresher(meters, ticker);
        this.l2 = l2.apply(new InvalidationsToL1());
        meters.l1Size(l1, L1::size);
        meters.gauge("ir.cache.bytes", "Heap that L1 takes, bytes", l1, L1::bytes);
        meters.gauge("ir.cache.flights", "Keys being fetched", flights, SingleFlight::size);
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
        CacheSettings now = settings;
        meters.l1Miss();
        return refreshed(name, fresh, loader, fetch(name, loader, now), now);
    }

    /**
     * Answers from L1 alone, and never blocks: for threads that may not wait. A hit is the same as with {@link #get}, the
     * computation behind the answer included; whoever gets nothing goes that way, where the miss is counted.
     *
     * @return null where L1 has no value of this epoch that may still be served
     */
    public @Nullable Served hit(String name, boolean fresh, Loader loader) {
        CacheSettings now = settings;
        L1Entry entry = l1.get(name);
        if (entry == null || entry.epoch() != l2.epoch()) {
            return null;
        }
        long remaining = entry.remainingMillis(clock.getAsLong(), now);
        if (remaining <= 0) {
            return null;
        }
        meters.l1Hit();
        return refreshed(name, fresh, loader, fromL1(entry, remaining, false), now);
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
        if (!served.cached()) {
            return served;
        }
        long ttl = Math.min(served.value().ttlMillis(), now.l2TtlMillis());
        boolean early = served.ageMillis() * 100 >= ttl * EARLY_PERCENT;
        if (!fresh && !early) {
            return served;
        }
        Trigger trigger = fresh ? Trigger.FRESH : Trigger.EARLY;
        boolean refreshing = refresher.request(name, trigger, () -> refresh(name, trigger, loader, served.value()));
        return refreshing ? served.behindWhichRefreshing() : served;
    }

    private Served fetch(String name, Loader loader, CacheSettings now) throws CacheException {
        try {
            var arrival = flights.join(name, flight -> lead(flight, name, loader, now), deadline.toMillis());
            if (arrival.followed()) {
                meters.coalesced();
                return arrival.value().asFollower();
            }
            return arrival.value();
        } catch (SingleFlight.FullException e) {
            meters.bulkheadRejected();
            throw new CacheException(Reason.OVERLOADED, String.valueOf(e.getMessage()), OVERLOAD_PAUSE, e);
        } catch (TimeoutException e) {
            throw new CacheException(
                    Reason.DEADLINE, "no answer within " + deadline.toMillis() + " ms", OVERLOAD_PAUSE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CacheException(Reason.DEADLINE, "interrupted", OVERLOAD_PAUSE, e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** Runs on the caller's thread as far as L2; a computation gets a thread of its own, for it may outlive the caller. */
    private void lead(Flight<Served> flight, String name, Loader loader, CacheSettings now) {
        long stamp = l1.stamp(name);
        long epoch = l2.epoch();
        long time = clock.getAsLong();
        L1Entry held = l1.get(name);
        long heldFor = held == null ? 0 : held.remainingMillis(time, now);
        if (held != null && heldFor > 0 && held.epoch() == epoch) {
            // The flight before this one has just brought it.
            flight.land(fromL1(held, heldFor, false));
            return;
        }
        String key = now.keyPrefix() + name;
        L2.Reply reply = l2.get(key, Duration.ofMillis(now.l2CommandTimeoutMillis()));
        CachedValue read = readable(key, reply, now);
        boolean answered = !(reply instanceof L2.Reply.Unavailable);
        if (read != null) {
            L1Entry entry = L1Entry.of(read, now, time, epoch, true);
            boolean kept = l1.put(name, entry, stamp);
            flight.land(new Served(
                    read,
                    Layer.L2,
                    read.ageMillis(time),
                    entry.remainingMillis(time, now),
                    false,
                    false,
                    new Served.Way(true, kept, true)));
        } else if (held != null && heldFor > 0 && reply instanceof L2.Reply.Unavailable) {
            flight.land(fromL1(held, heldFor, false));
        } else if (held != null && heldFor > 0 && !held.inL2() && reply instanceof L2.Reply.Absent) {
            boolean given = send(key, held.value(), time, true);
            l1.put(name, L1Entry.of(held.value(), now, time, epoch, given), stamp);
            flight.land(fromL1(held, heldFor, false));
        } else if (now.degradation() == Degradation.FAIL && !l2.up()) {
            flight.fail(new CacheException(Reason.L2_DOWN, "L2 is not up", L2_PAUSE, null));
        } else {
            flight.failAfter(
                    maxWait.plus(maxRun),
                    () -> new CacheException(Reason.DEADLINE, "the computation hangs", OVERLOAD_PAUSE, null));
            Thread.ofVirtual().name("load").start(() -> {
                try {
                    Computed made = compute(name, loader, now, stamp, epoch);
                    flight.land(new Served(
                            made.value(),
                            Layer.ORIGIN,
                            0,
                            made.value().ttlMillis(),
                            false,
                            false,
                            new Served.Way(answered, made.toL1(), made.toL2())));
                } catch (Throwable e) {
                    flight.fail(e);
                }
            });
        }
    }

    /** What L2 answered as a value that may still be served; null otherwise. What can't be read is removed. */
    private @Nullable CachedValue readable(String key, L2.Reply reply, CacheSettings now) {
        switch (reply) {
            case L2.Reply.Absent() -> meters.l2Read(Read.MISS);
            case L2.Reply.Unavailable() -> meters.l2Read(Read.UNAVAILABLE);
            case L2.Reply.Found(byte[] bytes) -> {
                try {
                    CachedValue value = Envelope.decode(key, bytes);
                    if (Math.min(value.ttlMillis(), now.l2TtlMillis()) > value.ageMillis(clock.getAsLong())) {
                        meters.l2Read(Read.HIT);
                        return value;
                    }
                    meters.l2Read(Read.MISS);
                } catch (Envelope.UnreadableException e) {
                    meters.l2Read(Read.UNREADABLE);
                    l2.remove(key);
                }
            }
        }
        return null;
    }

    /** A value just computed, and which tiers took it. */
    private record Computed(CachedValue value, boolean toL1, boolean toL2) {}

    private Computed compute(String name, Loader loader, CacheSettings now, long stamp, long epoch) throws Exception {
        byte[] body = computations.run(() -> {
            long start = System.nanoTime();
            boolean ok = false;
            try {
                byte[] loaded = loader.load();
                ok = true;
                return loaded;
            } finally {
                meters.loaded(System.nanoTime() - start, ok);
            }
        });
        long time = clock.getAsLong();
        CachedValue value = new CachedValue(body, time, jittered(now));
        boolean given = send(now.keyPrefix() + name, value, time, false);
        boolean kept = l1.put(name, L1Entry.of(value, now, time, epoch, given), stamp);
        return new Computed(value, kept, given);
    }

    private void refresh(String name, Trigger trigger, Loader loader, CachedValue old) throws Exception {
        CacheSettings now = settings;
        long stamp = l1.stamp(name);
        long epoch = l2.epoch();
        if (trigger == Trigger.EARLY) {
            String key = now.keyPrefix() + name;
            CachedValue read = readable(key, l2.get(key, Duration.ofMillis(now.l2CommandTimeoutMillis())), now);
            if (read != null && read.createdAtMillis() > old.createdAtMillis()) {
                // Another instance was faster.
                l1.put(name, L1Entry.of(read, now, clock.getAsLong(), epoch, true), stamp);
                return;
            }
        }
        if (now.degradation() == Degradation.FAIL && !l2.up()) {
            throw new CacheException(Reason.L2_DOWN, "L2 is not up", L2_PAUSE, null);
        }
        compute(name, loader, now, stamp, epoch);
    }

    private boolean send(String key, CachedValue value, long time, boolean onlyIfAbsent) {
        long left = value.ttlMillis() - value.ageMillis(time);
        if (left < 1 || !Envelope.plain(key) || value.body().length > Envelope.MAX_BYTES) {
            meters.writeDropped();
            return false;
        }
        return l2.put(key, Envelope.encode(key, value), left, onlyIfAbsent);
    }

    /** Downwards only: nobody may find a TTL above the one that was set. */
    private static long jittered(CacheSettings now) {
        long most = now.l2TtlMillis() * now.l2TtlJitterPercent() / 100;
        return most == 0
                ? now.l2TtlMillis()
                : now.l2TtlMillis() - ThreadLocalRandom.current().nextLong(most + 1);
    }

    private Served fromL1(L1Entry entry, long remainingMillis, boolean collapsed) {
        return new Served(
                entry.value(),
                Layer.L1,
                entry.value().ageMillis(clock.getAsLong()),
                remainingMillis,
                false,
                collapsed,
                Served.Way.L1_ALONE);
    }

    private CacheException failure(@Nullable Throwable cause) {
        return switch (cause) {
            case CacheException e -> new CacheException(e.reason(), String.valueOf(e.getMessage()), e.retryAfter(), e);
            case Bulkhead.RejectedException e -> {
                meters.bulkheadRejected();
                yield new CacheException(Reason.OVERLOADED, String.valueOf(e.getMessage()), OVERLOAD_PAUSE, e);
            }
            case InterruptedException e ->
                new CacheException(Reason.DEADLINE, "given up after " + maxRun.toMillis() + " ms", OVERLOAD_PAUSE, e);
            case null, default -> new CacheException(Reason.LOAD_FAILED, "the loader failed", Duration.ZERO, cause);
        };
    }

    /** Runs on the connection's thread: removes and returns. */
    private final class InvalidationsToL1 implements L2.Invalidations {
        @Override
        public void key(String key) {
            String prefix = settings.keyPrefix();
            if (key.startsWith(prefix)) {
                l1.invalidate(key.substring(prefix.length()));
                meters.invalidated(Source.TRACKING, false);
            }
        }

        @Override
        public void all() {
            l1.clear();
            meters.invalidated(Source.TRACKING, true);
        }
    }
}
