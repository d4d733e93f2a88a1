package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.ImageDefaults;
import dev.tiercache.operator.desired.Inputs;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class ApplierTest {

    @Test
    void workloadsWaitForWhatTheirPodsMountAndForNothingElse() {
        var cache = Serialization.unmarshal("""
                apiVersion: tiercache.dev/v1alpha1
                kind: CacheDeployment
                metadata: {name: reports, namespace: shop, uid: u}
                spec: {}
                """, CacheDeployment.class);
        var desired = Desired.of(
                cache,
                new Inputs(
                        new ImageDefaults("redis:8", "tiercache/service:0.1.0"),
                        new Credentials("client", "operator", "exporter")));

        assertThat(desired.objects())
                .filteredOn(Applier::isMounted)
                .extracting(
                        object -> object.getKind() + " " + object.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "Secret reports-auth",
                        "Secret reports-redis-acl",
                        "Secret reports-binding",
                        "ConfigMap reports-redis",
                        "ConfigMap reports-api");
    }
}
