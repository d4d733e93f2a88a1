package dev.tiercache.service.market.http;

import dev.tiercache.service.market.MarketData.Kind;
import dev.tiercache.service.market.http.Reply.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** The meters of the source, all made at the start: no tag ever carries a symbol or a user. */
final class SourceMeters {

    /** Where an answer to the service came from. */
    enum Read {
        /** A copy that is new enough. */
        FRESH,
        /** The source was asked. */
        FETCHED,
        /** Somebody else was asking it already. */
        SHARED,
        /** A copy, while the source is asked behind the answer. */
        SOON,
        /** A copy in place of what the source does not give. */
        STALE,
        /** Nothing. */
        FAILED
    }

    private final MeterRegistry registry;
    private final Map<Kind, Map<Outcome, Timer>> requests = new EnumMap<>(Kind.class);
    private final Map<Kind, Map<Read, Counter>> reads = new EnumMap<>(Kind.class);

    SourceMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Kind kind : Kind.values()) {
            Map<Outcome, Timer> outcomes = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(
                        outcome,
                        Timer.builder("ir.market.requests")
                                .description("Attempts to ask the source of market data")
                                .tag("kind", word(kind))
                                .tag("outcome", word(outcome))
                                .register(registry));
            }
            requests.put(kind, outcomes);
            Map<Read, Counter> results = new EnumMap<>(Read.class);
            for (Read read : Read.values()) {
                results.put(
                        read,
                        Counter.builder("ir.market.reads")
                                .description("Market data that was needed, by where it came from")
                                .tag("kind", word(kind))
                                .tag("result", word(read))
                                .register(registry));
            }
            reads.put(kind, results);
        }
    }

    void breaker(CircuitBreaker breaker) {
        for (CircuitBreaker.State state :
                List.of(CircuitBreaker.State.CLOSED, CircuitBreaker.State.OPEN, CircuitBreaker.State.HALF_OPEN)) {
            Gauge.builder("ir.market.breaker", breaker, watched -> watched.getState() == state ? 1 : 0)
                    .description("1 for the state of the circuit breaker that holds")
                    .tag("state", word(state))
                    .register(registry);
        }
    }

    void waiting(IntSupplier questions) {
        Gauge.builder("ir.market.waiting", questions, IntSupplier::getAsInt)
                .description("Questions to the source of market data that wait for a turn")
                .strongReference(true)
                .register(registry);
    }

    void asked(Kind kind, Outcome outcome, long nanos) {
        Objects.requireNonNull(Objects.requireNonNull(requests.get(kind)).get(outcome))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    void read(Kind kind, Read read) {
        Objects.requireNonNull(Objects.requireNonNull(reads.get(kind)).get(read))
                .increment();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
