package dev.tiercache.operator.metrics;

import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Counts every request to the API server, watches and the lease included, by verb and resource: "idle costs nothing" is
 * a figure that anyone can read.
 */
public final class KubernetesRequests implements Interceptor {
    /** Name of the counter as Prometheus shows it, without the suffix {@code _total}. */
    static final String METRIC = "tiercache.operator.kubernetes.requests";

    private final MeterRegistry registry;

    public KubernetesRequests(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        var target = Target.of(request.method(), request.uri());
        Counter.builder(METRIC)
                .description("Requests sent to the API server")
                .tag("verb", target.verb())
                .tag("resource", target.resource())
                .register(registry)
                .increment();
    }

    /** Verb and resource of a request, named as RBAC names them. */
    record Target(String verb, String resource) {

        /**
         * Reads the URL scheme of the API server: {@code /api/v1/…} and {@code /apis/GROUP/VERSION/…}, then optionally
         * {@code namespaces/NAME}, then {@code RESOURCE[/NAME[/SUBRESOURCE]]}.
         */
        static Target of(String method, URI uri) {
            List<String> path = List.of(uri.getPath().replaceAll("^/+", "").split("/"));
            int start = switch (path.getFirst()) {
                case "api" -> 2;
                case "apis" -> 3;
                default -> path.size();
            };
            if (path.size() <= start) {
                return new Target(method.toLowerCase(Locale.ROOT), path.getFirst());
            }
            List<String> rest = path.subList(start, path.size());
            if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
                rest = rest.subList(2, rest.size());
            }
            String resource = rest.size() > 2 ? rest.get(0) + "/" + rest.get(2) : rest.getFirst();
            return new Target(verb(method, rest.size() > 1, isWatch(uri)), resource);
        }

        private static boolean isWatch(URI uri) {
            String query = uri.getQuery();
            return query != null && ("&" + query + "&").contains("&watch=true&");
        }

        private static String verb(String method, boolean named, boolean watch) {
            return switch (method) {
                case "POST" -> "create";
                case "PUT" -> "update";
                case "PATCH" -> "patch";
                case "DELETE" -> "delete";
                default -> watch ? "watch" : named ? "get" : "list";
            };
        }
    }
}
