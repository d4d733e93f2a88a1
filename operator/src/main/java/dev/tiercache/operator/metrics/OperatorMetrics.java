package dev.tiercache.operator.metrics;

import dev.tiercache.operator.leader.Leadership;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** The operator's own figures: none carries the name of a resource, so their number does not grow with the cluster. */
public final class OperatorMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();

    public OperatorMetrics(Leadership leadership) {
        Gauge.builder("tiercache.operator.leader", leadership, l -> l.mayWrite() ? 1 : 0)
                .description("1 while this process may write")
                .register(registry);
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /** The interceptor that counts the requests to the API server. */
    public KubernetesRequests kubernetesRequests() {
        return new KubernetesRequests(registry);
    }

    /**
     * One reconciliation took this long.
     *
     * @param result {@code ok} or {@code error}
     */
    public void reconciled(String result, Duration took) {
        Timer.builder("tiercache.operator.reconcile")
                .description("Duration of one reconciliation")
                .tag("result", result)
                .register(registry)
                .record(took);
    }

    /**
     * One Redis was asked.
     *
     * @param result {@code answering}, {@code loading}, {@code refused} or {@code unreachable}
     */
    public void observed(String result, Duration took) {
        Timer.builder("tiercache.operator.redis.observation")
                .description("Duration of asking one Redis")
                .tag("result", result)
                .register(registry)
                .record(took);
    }

    /**
     * One action was carried out, or tried.
     *
     * @param action simple name of the action
     * @param result simple name of the outcome: {@code Done}, {@code ConfigRejected}, {@code Failed} or {@code Stale}
     */
    public void acted(String action, String result) {
        registry.counter("tiercache.operator.actions", "action", action, "result", result)
                .increment();
    }

    /** All figures in the Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
