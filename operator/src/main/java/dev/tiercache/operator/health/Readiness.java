package dev.tiercache.operator.health;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Ready once every informer has filled its cache, and only then. A watch that is being renewed does not count against
 * it (the SDK's own health does count it).
 */
public final class Readiness {
    private final AtomicReference<@Nullable Operator> operator = new AtomicReference<>();

    /** From now on this operator's informers decide. */
    public void watch(Operator started) {
        operator.set(started);
    }

    /** What is not ready yet, or an empty text. */
    public String waitingFor() {
        Operator started = operator.get();
        if (started == null) {
            return "starting";
        }
        List<String> waiting = new ArrayList<>();
        started.getRuntimeInfo()
                .unhealthyInformerWrappingEventSourceHealthIndicator()
                .values()
                .forEach(sources -> sources.forEach((name, source) -> {
                    if (!isFilled(source)) {
                        waiting.add(name);
                    }
                }));
        return waiting.isEmpty() ? "" : "caches are not filled: " + String.join(", ", waiting);
    }

    private static boolean isFilled(InformerWrappingEventSourceHealthIndicator<?> source) {
        return source.informerHealthIndicators().values().stream().allMatch(InformerHealthIndicator::hasSynced);
    }
}
