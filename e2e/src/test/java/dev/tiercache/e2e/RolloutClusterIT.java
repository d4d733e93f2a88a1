package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.CacheDeploymentAssert;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.Images.Image;
import dev.tiercache.e2e.fixture.Load;
import dev.tiercache.e2e.fixture.TestNamespace;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** New versions of the API arrive under 50 requests a second, and no client notices. */
@ClusterTest
@Isolated("judges every answer: other classes would starve the API on a small machine")
class RolloutClusterIT {

    private final Cache cache;

    RolloutClusterIT(TestNamespace namespace) {
        cache = namespace.cache("reports");
    }

    @BeforeAll
    void apply() {
        cache.apply("redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}");
        assertThat(cache).becomesReady();
        Load.warmUp(cache);
    }

    @Test
    void anotherImageOfTheApiIsRolledWithoutAFailedRequest() {
        Image again = cache.namespace().cluster().serviceImageAgain();
        String redis = cache.redisPodUid();
        try (Load load = new Load(cache, 50, 500)) {
            load.flows(100);

            cache.patch("spec: {api: {image: {repository: %s, tag: %s}}}".formatted(again.repository(), again.tag()));
            await("API pods of the new image alone")
                    .atMost(CacheDeploymentAssert.START)
                    .until(() -> cache.apiPods().size() == 2
                            && cache.apiPods().stream()
                                    .allMatch(pod -> pod.getSpec()
                                            .getContainers()
                                            .getFirst()
                                            .getImage()
                                            .equals(again.toString())));
            assertThat(cache).becomesReady();
            load.flows(100);

            load.stopWithoutAFailure();
        }
        assertThat(cache.redisPodUid()).isEqualTo(redis);
    }

    @Test
    void fewerApiPodsComeWithoutAFailedRequest() {
        try (Load load = new Load(cache, 50, 500)) {
            load.flows(100);

            cache.scaleApi(1);
            await().atMost(CacheDeploymentAssert.START)
                    .until(() -> cache.status("api", "replicas").equals("1"));
            load.flows(100);

            load.stopWithoutAFailure();
        }
        cache.scaleApi(2);
        await().atMost(CacheDeploymentAssert.START)
                .until(() -> cache.status("api", "readyReplicas").equals("2"));
    }
}
