package dev.tiercache.service.web;

import dev.tiercache.service.cache.Layer;
import dev.tiercache.service.cache.Served;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** How long reports took, by where they came from. */
final class RequestMeters {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500)
    };

    private final Map<Layer, Timer> answered = new EnumMap<>(Layer.class);
    private final Timer stale;
    private final Timer failed;
    private final Timer hits;
    private final Timer unchangedHits;

    RequestMeters(MeterRegistry registry) {
        answered.put(Layer.L1, timer(registry, "l1"));
        answered.put(Layer.L2, timer(registry, "l2"));
        answered.put(Layer.ORIGIN, timer(registry, "miss"));
        stale = timer(registry, "stale");
        failed = timer(registry, "error");
        hits = ofSpring(registry, "200", "SUCCESS");
        unchangedHits = ofSpring(registry, "304", "REDIRECTION");
    }

    void answered(Served served, RequestContext context) {
        record(timer(served), context);
    }

    /** An answer from L1 that Spring did not see: counted among those that it saw, too. */
    void hit(Served served, RequestContext context, boolean unchanged) {
        long nanos = System.nanoTime() - context.startNanos();
        timer(served).record(nanos, TimeUnit.NANOSECONDS);
        (unchanged ? unchangedHits : hits).record(nanos, TimeUnit.NANOSECONDS);
    }

    void failed(RequestContext context) {
        record(failed, context);
    }

    /** How many requests had which outcome since the start, by the names of the label {@code outcome}. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("l1", count(Layer.L1));
        counts.put("l2", count(Layer.L2));
        counts.put("miss", count(Layer.ORIGIN));
        counts.put("stale", stale.count());
        counts.put("error", failed.count());
        return counts;
    }

    private long count(Layer layer) {
        return Objects.requireNonNull(answered.get(layer)).count();
    }

    private Timer timer(Served served) {
        return served.stale() ? stale : Objects.requireNonNull(answered.get(served.layer()));
    }

    private static void record(Timer timer, RequestContext context) {
        timer.record(System.nanoTime() - context.startNanos(), TimeUnit.NANOSECONDS);
    }

    /** The timer in which Spring counts the same answers of the controller. */
    private static Timer ofSpring(MeterRegistry registry, String status, String outcome) {
        return Timer.builder("http.server.requests")
                .tag("error", "none")
                .tag("exception", "none")
                .tag("method", "GET")
                .tag("outcome", outcome)
                .tag("status", status)
                .tag("uri", "/api/investor-report")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String outcome) {
        return Timer.builder("ir.requests")
                .description("Requests for reports")
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
