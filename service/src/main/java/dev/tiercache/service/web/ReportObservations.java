package dev.tiercache.service.web;

import dev.tiercache.service.cache.Layer;
import dev.tiercache.service.cache.Loader;
import dev.tiercache.service.cache.Served;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * What traces show of reports: the span {@code ir.cache.load} of each computation, under the request that it was for, and
 * on the request's own span what the cache did. An answer from L1 is not worth more than what Spring does for it.
 */
final class ReportObservations {

    /** The name of the observation; that of its span is {@code ir.cache.load}, which as a name of metrics is taken. */
    static final String COMPUTATION = "ir.report.load";

    private static final String SPAN = "ir.cache.load";

    private final ObservationRegistry registry;

    ReportObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** The request that is being answered on this thread. */
    @Nullable
    Observation current() {
        return registry.isNoop() ? null : registry.getCurrentObservation();
    }

    /** Computes, in a span under that of a request. */
    byte[] observed(@Nullable Observation request, Loader load) throws Exception {
        return Observation.createNotStarted(COMPUTATION, registry)
                .contextualName(SPAN)
                .parentObservation(request)
                .observeChecked(load::load);
    }

    /** Says on the request's span what the cache did; not in metrics, where every request would have to have it. */
    static void answered(HttpServletRequest request, Served served) {
        if (served.layer() == Layer.L1 && !served.stale()) {
            return;
        }
        ServerHttpObservationFilter.findObservationContext(request).ifPresent(context -> {
            context.addHighCardinalityKeyValue(
                    KeyValue.of("ir.report.layer", served.layer().name().toLowerCase(Locale.ROOT)));
            context.addHighCardinalityKeyValue(
                    KeyValue.of("ir.report.outcome", served.stale() ? "stale" : served.cached() ? "hit" : "computed"));
        });
    }
}
