package dev.tiercache.operator.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesRequestsTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/namespaces/a/pods, list, pods",
        "GET, /api/v1/pods?labelSelector=x%3Dy, list, pods",
        "GET, /api/v1/namespaces/a/pods/p, get, pods",
        "GET, /api/v1/namespaces/a/pods?watch=true&resourceVersion=1, watch, pods",
        "GET, /api/v1/namespaces/a/pods?labelSelector=x%2Fwatch%3Dtrue, list, pods",
        "PATCH, /api/v1/namespaces/a/pods/p/resize, patch, pods/resize",
        "DELETE, /api/v1/namespaces/a/pods/p, delete, pods",
        "PATCH, /apis/apps/v1/namespaces/a/statefulsets/s?fieldManager=m, patch, statefulsets",
        "POST, /apis/events.k8s.io/v1/namespaces/a/events, create, events",
        "PUT, /apis/coordination.k8s.io/v1/namespaces/a/leases/l, update, leases",
        "PATCH, /apis/tiercache.dev/v1alpha1/namespaces/a/cachedeployments/c/status, patch, cachedeployments/status",
        "GET, /api/v1/namespaces/a, get, namespaces",
        "GET, /version, get, version",
    })
    void aRequestIsCountedAsRbacNamesIt(String method, String uri, String verb, String resource) {
        assertThat(KubernetesRequests.Target.of(method, URI.create("https://server" + uri)))
                .isEqualTo(new KubernetesRequests.Target(verb, resource));
    }
}
