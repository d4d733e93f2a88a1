package dev.tiercache.operator.reconcile;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What must not stand beside our fields. A server-side apply leaves what other managers added, which is right for
 * labels, annotations and pod templates; but one more key in a selector leads a Service nowhere, one more port takes
 * the name of ours, and one more file in a mounted folder is read. These maps and lists are ours as a whole.
 */
final class Strays {

    private Strays() {}

    /** The JSON merge patch (RFC 7396) that removes them from {@code actual}; empty where there are none. */
    static Map<String, Object> removal(HasMetadata actual, HasMetadata desired) {
        return switch (desired) {
            case Service wanted when actual instanceof Service service -> ofService(service, wanted);
            case ConfigMap wanted
            when actual instanceof ConfigMap map -> {
                Map<String, Object> patch = new HashMap<>();
                putRemoval(patch, "data", map.getData(), wanted.getData());
                putRemoval(patch, "binaryData", map.getBinaryData(), wanted.getBinaryData());
                yield patch;
            }
            case Secret wanted
            when actual instanceof Secret secret -> {
                Map<String, Object> patch = new HashMap<>();
                putRemoval(patch, "data", secret.getData(), wanted.getData());
                yield patch;
            }
            default -> Map.of();
        };
    }

    private static Map<String, Object> ofService(Service actual, Service desired) {
        Map<String, Object> spec = new HashMap<>();
        putRemoval(
                spec,
                "selector",
                actual.getSpec().getSelector(),
                desired.getSpec().getSelector());
        Set<String> ports = keys(actual.getSpec().getPorts());
        if (!keys(desired.getSpec().getPorts()).containsAll(ports)) {
            // A list is replaced as a whole by a merge patch.
            spec.put("ports", desired.getSpec().getPorts());
        }
        return spec.isEmpty() ? Map.of() : Map.of("spec", spec);
    }

    /** By what the API server tells ports of a Service apart. */
    private static Set<String> keys(List<ServicePort> ports) {
        return ports.stream()
                .map(port -> port.getProtocol() + "/" + port.getPort())
                .collect(Collectors.toSet());
    }

    private static void putRemoval(
            Map<String, Object> patch, String field, @Nullable Map<String, ?> actual, @Nullable Map<String, ?> wanted) {
        Set<String> strays = new HashSet<>(actual == null ? Set.of() : actual.keySet());
        if (wanted != null) {
            strays.removeAll(wanted.keySet());
        }
        if (!strays.isEmpty()) {
            Map<String, Object> removal = new HashMap<>();
            strays.forEach(key -> removal.put(key, null));
            patch.put(field, removal);
        }
    }
}
