package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What deleting a resource leaves behind: nothing, or exactly what was asked to be kept. */
@ClusterTest
class DeletionClusterIT {

    private static final Duration REMOVAL = Duration.ofMinutes(2);

    private final TestNamespace namespace;

    DeletionClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void nothingStaysOfADeletedResource() {
        Cache cache = namespace.cache("gone").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: AppendOnly, volume: {size: 256Mi}}}
                api: {replicas: 1}
                """);
        assertThat(cache).becomesReady();
        assertThat(left("gone")).contains("PersistentVolumeClaim/data-gone-redis-0", "Secret/gone-auth");

        cache.delete();

        await("removal of all of gone").atMost(REMOVAL).until(() -> left("gone"), List::isEmpty);
    }

    @Test
    void whatIsRetainedIsTakenUpAgainByAResourceOfTheSameName() {
        String spec = """
                deletionPolicy: Retain
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: AppendOnly, fsync: Always, volume: {size: 256Mi}}}
                api: {mode: Disabled}
                """;
        Cache cache = namespace.cache("kept").apply(spec);
        assertThat(cache).becomesReady();
        assertThat(cache.redis().client("SET", "ledger", "42")).isEqualTo("OK");
        String password = cache.secret("kept-auth", "password");

        cache.delete();
        await("removal of all but the volume and the Secret")
                .atMost(REMOVAL)
                .until(
                        () -> left("kept"),
                        left -> left.equals(List.of("PersistentVolumeClaim/data-kept-redis-0", "Secret/kept-auth")));

        cache.apply(spec);
        assertThat(cache).becomesReady();
        assertThat(cache.secret("kept-auth", "password")).isEqualTo(password);
        assertThat(cache.redis().as("default", password, "GET", "ledger")).isEqualTo("42");

        // And the policy of the moment of deletion counts.
        cache.patch("spec: {deletionPolicy: Delete}");
        assertThat(cache).becomesReady();
        cache.delete();
        await("removal of all").atMost(REMOVAL).until(() -> left("kept"), List::isEmpty);
    }

    /** {@code Kind/name} of everything in the namespace whose name begins with the resource's, whatever its labels say. */
    private List<String> left(String name) {
        var client = namespace.client();
        return List.of(
                        client.pods().inNamespace(namespace.name()).list().getItems(),
                        client.persistentVolumeClaims()
                                .inNamespace(namespace.name())
                                .list()
                                .getItems(),
                        client.secrets().inNamespace(namespace.name()).list().getItems(),
                        client.configMaps().inNamespace(namespace.name()).list().getItems(),
                        client.services().inNamespace(namespace.name()).list().getItems(),
                        client.serviceAccounts()
                                .inNamespace(namespace.name())
                                .list()
                                .getItems(),
                        client.apps()
                                .statefulSets()
                                .inNamespace(namespace.name())
                                .list()
                                .getItems(),
                        client.apps()
                                .deployments()
                                .inNamespace(namespace.name())
                                .list()
                                .getItems(),
                        client.apps()
                                .replicaSets()
                                .inNamespace(namespace.name())
                                .list()
                                .getItems())
                .stream()
                .flatMap(List::stream)
                .map(HasMetadata.class::cast)
                .filter(object -> name(object).startsWith(name) || name(object).startsWith("data-" + name))
                .map(object -> object.getKind() + "/" + name(object))
                .sorted()
                .toList();
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }
}
