package dev.tiercache.operator.observe;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * CPU and memory of one container as numbers, so that {@code 1Gi} equals {@code 1024Mi}.
 *
 * @param requests by resource name; cpu in thousandths of a core, memory in bytes
 * @param limits by resource name; an absent entry is no limit
 */
public record Resources(Map<String, Long> requests, Map<String, Long> limits) {
    private static final Set<String> RESIZABLE = Set.of("cpu", "memory");

    /** Nothing requested, nothing limited. */
    public static final Resources NONE = new Resources(Map.of(), Map.of());

    public Resources {
        requests = Map.copyOf(requests);
        limits = Map.copyOf(limits);
    }

    /** Reads what Kubernetes writes. */
    public static Resources of(@Nullable ResourceRequirements requirements) {
        return requirements == null
                ? NONE
                : new Resources(numbers(requirements.getRequests()), numbers(requirements.getLimits()));
    }

    /** Memory limit in bytes; {@link Long#MAX_VALUE} where there is none. */
    public long memoryLimit() {
        return limits.getOrDefault("memory", Long.MAX_VALUE);
    }

    /**
     * Whether these have what is asked for. What is there beside it does not count: admission adds limits and requests
     * of its own (LimitRange), and whatever fought them would fight for ever.
     */
    public boolean grant(Resources asked) {
        return with(asked).equals(this);
    }

    /**
     * Whether a running pod can be resized from these to other resources: Kubernetes changes neither the class of
     * service of a pod nor whether a limit exists.
     */
    public boolean resizableTo(Resources other) {
        return limits.keySet().containsAll(other.limits.keySet())
                && requests.keySet().containsAll(other.requests.keySet())
                && guaranteed() == with(other).guaranteed();
    }

    /** These resources, with others in place of those of the same name. */
    private Resources with(Resources others) {
        return new Resources(with(requests, others.requests), with(limits, others.limits));
    }

    private boolean guaranteed() {
        return limits.keySet().equals(RESIZABLE) && limits.equals(requests);
    }

    private static Map<String, Long> with(Map<String, Long> base, Map<String, Long> others) {
        Map<String, Long> result = new TreeMap<>(base);
        result.putAll(others);
        return result;
    }

    private static Map<String, Long> numbers(@Nullable Map<String, Quantity> quantities) {
        Map<String, Long> result = new TreeMap<>();
        if (quantities != null) {
            quantities.forEach((name, quantity) -> {
                if (RESIZABLE.contains(name)) {
                    var amount = quantity.getNumericalAmount();
                    result.put(name, (name.equals("cpu") ? amount.movePointRight(3) : amount).longValue());
                }
            });
        }
        return result;
    }
}
