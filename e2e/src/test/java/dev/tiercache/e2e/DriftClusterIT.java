package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Owned objects that somebody changes or deletes are put right within 10 seconds; what is not ours is left alone. */
@ClusterTest
class DriftClusterIT {

    private static final Duration REPAIR = Duration.ofSeconds(10);

    private final TestNamespace namespace;
    private final KubernetesClient client;
    private final Cache cache;

    DriftClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
        this.client = namespace.client();
        this.cache = namespace.cache("reports");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {replicas: 1}
                """);
        assertThat(cache).becomesReady();
    }

    @Test
    void aServiceWithAnotherPortIsPutRight() {
        var handle = client.services().inNamespace(namespace.name()).withName("reports-redis");
        handle.edit(service -> {
            service.getSpec().getPorts().getFirst().setPort(7000);
            return service;
        });

        repaired(() -> handle.require().getSpec().getPorts().getFirst().getPort() == 6379);
    }

    @Test
    void aSelectorThatLeadsElsewhereIsPutRight() {
        var handle = client.services().inNamespace(namespace.name()).withName("reports-api");
        Map<String, String> wanted = handle.require().getSpec().getSelector();
        handle.edit(service -> {
            service.getSpec().setSelector(Map.of("app", "else"));
            return service;
        });

        repaired(() -> handle.require().getSpec().getSelector().equals(wanted));
    }

    @Test
    void changedConfigurationIsPutRight() {
        var handle = client.configMaps().inNamespace(namespace.name()).withName("reports-redis");
        Map<String, String> wanted = handle.require().getData();
        handle.edit(map -> {
            map.getData().replaceAll((key, value) -> value + "\n# a change by hand\n");
            return map;
        });

        repaired(() -> handle.require().getData().equals(wanted));
    }

    @Test
    void changedRedisUsersArePutRight() {
        var handle = client.secrets().inNamespace(namespace.name()).withName("reports-redis-acl");
        Map<String, String> wanted = handle.require().getData();
        handle.edit(secret -> {
            secret.getData().replaceAll((key, value) -> Base64.getEncoder().encodeToString(new byte[] {'#'}));
            return secret;
        });

        repaired(() -> handle.require().getData().equals(wanted));
    }

    @Test
    void aDeploymentScaledBehindOurBackIsPutRight() {
        var handle = client.apps().deployments().inNamespace(namespace.name()).withName("reports-api");
        handle.edit(deployment -> {
            deployment.getSpec().setReplicas(0);
            return deployment;
        });

        repaired(() -> handle.require().getSpec().getReplicas() == 1);
        assertThat(cache).becomesReady();
    }

    @Test
    void aFieldTakenOverByAnotherFieldManagerIsTakenBack() {
        var handle = client.apps().statefulSets().inNamespace(namespace.name()).withName("reports-redis");
        String wanted = image(handle.require());
        namespace.apply("""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: reports-redis}
                spec:
                  template:
                    spec:
                      containers: [{name: redis, image: "tiercache.local/other:1"}]
                """);

        repaired(() -> image(handle.require()).equals(wanted));
    }

    @Test
    void deletedObjectsComeBack() {
        String secret = cache.secret("reports-auth", "password");
        String uid = uid(client.services()
                .inNamespace(namespace.name())
                .withName("reports-api")
                .require());
        client.services().inNamespace(namespace.name()).withName("reports-api").delete();
        client.configMaps()
                .inNamespace(namespace.name())
                .withName("reports-api")
                .delete();

        repaired(() -> {
            Service service = client.services()
                    .inNamespace(namespace.name())
                    .withName("reports-api")
                    .get();
            ConfigMap map = client.configMaps()
                    .inNamespace(namespace.name())
                    .withName("reports-api")
                    .get();
            return service != null && !uid(service).equals(uid) && map != null;
        });
        assertThat(cache).becomesReady();
        assertThat(cache.secret("reports-auth", "password")).isEqualTo(secret);
    }

    @Test
    void aDeletedDeploymentComesBackAndServes() {
        client.apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("reports-api")
                .delete();

        repaired(() -> {
            Deployment deployment = client.apps()
                    .deployments()
                    .inNamespace(namespace.name())
                    .withName("reports-api")
                    .get();
            return deployment != null && deployment.getMetadata().getDeletionTimestamp() == null;
        });
        assertThat(cache).becomesReady();
        // What the operator has made again it may not have looked at again.
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            List<Pod> pods = cache.apiPods();
            return pods.size() == 1 && Readiness.isPodReady(pods.getFirst());
        });
        cache.api(cache.apiPods().getFirst()).report("drift", "AAPL");
    }

    @Test
    void whatOthersAddBesideOurFieldsStays() {
        var handle = client.services().inNamespace(namespace.name()).withName("reports-redis");
        handle.edit(service -> {
            service.getMetadata().getAnnotations().put("example.com/team", "blue");
            return service;
        });
        client.services()
                .inNamespace(namespace.name())
                .withName("reports-redis")
                .edit(service -> {
                    service.getSpec().getPorts().getFirst().setPort(7001);
                    return service;
                });

        repaired(() -> handle.require().getSpec().getPorts().getFirst().getPort() == 6379);
        assertThat(handle.require().getMetadata().getAnnotations()).containsEntry("example.com/team", "blue");
    }

    @Test
    void anObjectOfSomebodyElseWithOurNameIsLeftAloneAndNamedInACondition() {
        namespace.apply("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: taken-redis}
                data: {owner: somebody else}
                """);
        String before = client.configMaps()
                .inNamespace(namespace.name())
                .withName("taken-redis")
                .require()
                .getMetadata()
                .getResourceVersion();
        Cache taken = namespace.cache("taken").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {mode: Disabled}
                """);

        assertThat(taken).getsCondition("Ready", "False", "taken-redis", Duration.ofMinutes(1));
        ConfigMap foreign = client.configMaps()
                .inNamespace(namespace.name())
                .withName("taken-redis")
                .require();
        assertThat(foreign.getMetadata().getResourceVersion()).isEqualTo(before);
        assertThat(foreign.getMetadata().getOwnerReferences()).isEmpty();

        // Out of the way: it goes on by itself.
        client.resource(foreign).delete();
        assertThat(taken).becomesReady();

        taken.delete();
    }

    @Test
    void aForeignObjectOutlivesTheResourceWhoseNameItHolds() {
        namespace.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: kept-auth}
                stringData: {password: of somebody else}
                """);
        Cache kept = namespace.cache("kept").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {mode: Disabled}
                """);
        assertThat(kept).getsCondition("Ready", "False", "kept-auth", Duration.ofMinutes(1));

        kept.delete();

        await().atMost(Duration.ofMinutes(1)).until(() -> kept.ownedObjects().isEmpty());
        Secret foreign = client.secrets()
                .inNamespace(namespace.name())
                .withName("kept-auth")
                .require();
        assertThat(foreign.getMetadata().getDeletionTimestamp()).isNull();
        assertThat(foreign.getData()).containsOnlyKeys("password");
    }

    private static void repaired(Callable<Boolean> done) {
        await().atMost(REPAIR).pollInterval(Duration.ofMillis(200)).until(done);
    }

    private static String image(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().stream()
                .filter(container -> container.getName().equals("redis"))
                .findFirst()
                .orElseThrow()
                .getImage();
    }

    private static String uid(Service service) {
        return service.getMetadata().getUid();
    }
}
