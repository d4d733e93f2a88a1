package dev.tiercache.service.cache.metrics;

import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tiercache.service.cache.l2.L2State;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The meters of the cache, all made at the start: names and tags are fixed, so the number of series is, too. No tag
 * ever carries a key, a user or a symbol.
 */
public final class CacheMeters {

    /** What a read of a tier came to. */
    public enum Read {
        /** The tier had it. */
        HIT,
        /** The tier did not have it. */
        MISS,
        /** The tier had something that is not a value, which was removed. */
        UNREADABLE,
        /** The tier did not answer, or was not up. */
        UNAVAILABLE
    }

    /** Why a value is computed again although a copy may still be served. */
    public enum Trigger {
        /** Its time is nearly over. */
        EARLY,
        /** A caller asked for it. */
        FRESH
    }

    /** Where an invalidation came from. */
    public enum Source {
        /** Redis told of a change by another client. */
        TRACKING,
        /** The key prefix was changed. */
        PREFIX
    }

    /** What the cache asks of Redis. */
    public enum Operation {
        /** Read. */
        GET,
        /** Read many. */
        MGET,
        /** Write. */
        SET,
        /** Delete. */
        DEL,
        /** Take a lock or give it back. */
        LOCK,
        /** Publish, read or carry out purges. */
        PURGE,
        /** Note or read what is read often. */
        RECENT,
        /** Heartbeat. */
        PING
    }

    /** How Redis answered. */
    public enum Outcome {
        /** It answered. */
        OK,
        /** It answered with an error, or could not be asked. */
        ERROR,
        /** It did not answer in time. */
        TIMEOUT
    }

    private final MeterRegistry registry;
    private final Counter l1Hits;
    private final Counter l1Misses;
    private final Map<Read, Counter> l2Reads = new EnumMap<>(Read.class);
    private final Map<RemovalCause, Counter> evictions = new EnumMap<>(RemovalCause.class);
    private final Timer loads;
    private final Timer failedLoads;
    private final Counter coalesced;
    private final Map<Trigger, Map<Boolean, Counter>> refreshes = new EnumMap<>(Trigger.class);
    private final Map<Source, Map<Boolean, Counter>> invalidations = new EnumMap<>(Source.class);
    private final Map<L2State, Counter> transitions = new EnumMap<>(L2State.class);
    private final Map<Operation, Map<Outcome, Timer>> latencies = new EnumMap<>(Operation.class);
    private final Counter reconnects;
    private final Counter droppedWrites;
    private final Counter rejected;

    /** Makes the meters. */
    public CacheMeters(MeterRegistry registry) {
        this.registry = registry;
        this.l1Hits = gets("l1", Read.HIT);
        this.l1Misses = gets("l1", Read.MISS);
        for (Read read : Read.values()) {
            l2Reads.put(read, gets("l2", read));
        }
        for (RemovalCause cause : new RemovalCause[] {RemovalCause.SIZE, RemovalCause.EXPIRED}) {
            evictions.put(cause, counter("ir.cache.evictions", "Entries that left L1", "cause", name(cause)));
        }
        this.loads = load("ok");
        this.failedLoads = load("error");
        this.coalesced = counter("ir.cache.coalesced", "Requests that shared another request's work");
        for (Trigger trigger : Trigger.values()) {
            refreshes.put(trigger, Map.of(true, refreshes(trigger, "ok"), false, refreshes(trigger, "error")));
        }
        for (Source source : Source.values()) {
            invalidations.put(source, Map.of(true, invalidations(source, "all"), false, invalidations(source, "key")));
        }
        for (L2State state : L2State.values()) {
            transitions.put(state, counter("ir.l2.transitions", "Changes of the link's state", "to", name(state)));
        }
        for (Operation operation : Operation.values()) {
            Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                byOutcome.put(outcome, latency(operation, outcome));
            }
            latencies.put(operation, byOutcome);
        }
        this.reconnects = counter("ir.l2.reconnects", "Connections to Redis that came up");
        this.droppedWrites = counter("ir.l2.writes.dropped", "Values that were not written to L2");
        this.rejected = counter("ir.bulkhead.rejected", "Computations refused for want of room");
    }

    /** A read that L1 answered. */
    public void l1Hit() {
        l1Hits.increment();
    }

    /** A read that L1 did not answer. */
    public void l1Miss() {
        l1Misses.increment();
    }

    /** A read of L2. */
    public void l2Read(Read read) {
        of(l2Reads, read).increment();
    }

    /** An entry left L1. */
    public void evicted(RemovalCause cause) {
        Counter counter = evictions.get(cause);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A computation ended. */
    public void loaded(long nanos, boolean ok) {
        (ok ? loads : failedLoads).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A request waited for another one's work. */
    public void coalesced() {
        coalesced.increment();
    }

    /** A refresh ended. */
    public void refreshed(Trigger trigger, boolean ok) {
        of(of(refreshes, trigger), ok).increment();
    }

    /** Something was invalidated. */
    public void invalidated(Source source, boolean all) {
        of(of(invalidations, source), all).increment();
    }

    /** The link to L2 changed its state. */
    public void l2Became(L2State state) {
        of(transitions, state).increment();
    }

    /** Redis was asked. */
    public void l2Latency(Operation operation, Outcome outcome, long nanos) {
        of(of(latencies, operation), outcome).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A connection came up. */
    public void reconnected() {
        reconnects.increment();
    }

    /** A write did not reach L2. */
    public void writeDropped() {
        droppedWrites.increment();
    }

    /** A computation was refused. */
    public void bulkheadRejected() {
        rejected.increment();
    }

    /** Shows a number that is read when somebody looks. The object is kept alive by its owner. */
    public <T> void gauge(String name, String description, T owner, ToDoubleFunction<T> value) {
        Gauge.builder(name, owner, value).description(description).register(registry);
    }

    /** Shows a queue: {@code NAME.pending}, and its bound {@code NAME.limit} beside it. */
    public <T> void queue(String name, String description, T owner, ToDoubleFunction<T> pending, double limit) {
        gauge(name + ".pending", description, owner, pending);
        gauge(name + ".limit", "The most there may be: " + description, owner, anyone -> limit);
    }

    /** Shows the size of L1. */
    public <T> void l1Size(T owner, ToDoubleFunction<T> value) {
        Gauge.builder("ir.cache.size", owner, value)
                .description("Entries in the tier")
                .tag("layer", "l1")
                .register(registry);
    }

    /** Shows the state of the link: 1 for the state it is in, 0 for the others. */
    public void l2State(Supplier<L2State> current) {
        for (L2State state : L2State.values()) {
            Gauge.builder("ir.l2.state", () -> current.get() == state ? 1 : 0)
                    .description("1 for the state that the link to L2 is in")
                    .tag("state", name(state))
                    .register(registry);
        }
    }

    private Counter gets(String layer, Read read) {
        return Counter.builder("ir.cache.gets")
                .description("Reads of a tier")
                .tag("layer", layer)
                .tag("result", name(read))
                .register(registry);
    }

    private Timer load(String result) {
        return Timer.builder("ir.cache.load")
                .description("Computations of values")
                .tag("result", result)
                .register(registry);
    }

    private Counter refreshes(Trigger trigger, String result) {
        return Counter.builder("ir.cache.refresh")
                .description("Values computed again behind an answer")
                .tag("trigger", name(trigger))
                .tag("result", result)
                .register(registry);
    }

    private Counter invalidations(Source source, String scope) {
        return Counter.builder("ir.invalidations")
                .description("Invalidations of L1")
                .tag("source", name(source))
                .tag("scope", scope)
                .register(registry);
    }

    private Timer latency(Operation operation, Outcome outcome) {
        return Timer.builder("ir.l2.latency")
                .description("Answers of Redis")
                .tag("op", name(operation))
                .tag("result", name(outcome))
                .register(registry);
    }

    private Counter counter(String name, String description, String... tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private static <K, V> V of(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
