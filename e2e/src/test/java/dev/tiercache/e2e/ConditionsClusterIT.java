package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What goes wrong outside the operator is said in one line where a user looks first: the conditions. */
@ClusterTest
class ConditionsClusterIT {

    private static final String REDIS_ONLY = """
            redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
            api: {mode: Disabled}
            """;

    private final TestNamespace namespace;

    ConditionsClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void anImageThatCannotBePulledIsNamedWithItsPod() {
        Cache cache = namespace.cache("no-image").apply("""
                redis:
                  memory: {maxMemory: 64Mi}
                  persistence: {mode: Disabled}
                  image: {repository: tiercache.invalid/no-such-redis, tag: "0"}
                api: {mode: Disabled}
                """);

        assertThat(cache).getsCondition("Ready", "False", "no-image-redis-0", Duration.ofMinutes(1));
        assertThat(cache).getsCondition("Ready", "False", "ImagePull", Duration.ofMinutes(1));

        // The way out works: no hand has to touch the broken pod.
        cache.patch("spec: {redis: {image: null}}");
        assertThat(cache).becomesReady();
    }

    @Test
    void anApiImageThatCannotBePulledIsNamedWhileRedisServes() {
        Cache cache = namespace.cache("no-api").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {replicas: 1, image: {repository: tiercache.invalid/no-such-api, tag: "0"}}
                """);

        assertThat(cache).getsCondition("RedisReady", "True", "", Duration.ofMinutes(2));
        assertThat(cache).getsCondition("Ready", "False", "ImagePull", Duration.ofMinutes(1));
        assertThat(cache).getsCondition("ApiReady", "False", "no-api-api-", Duration.ofMinutes(1));
        assertThat(cache.redis().client("PING")).isEqualTo("PONG");
    }

    @Test
    void aRolloutThatCannotPullItsImageIsNamedWhileTheOldPodsServe() {
        Cache cache = namespace.cache("stuck").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {replicas: 1}
                """);
        assertThat(cache).becomesReady();
        Pod serving = cache.apiPods().getFirst();

        cache.patch("spec: {api: {image: {repository: tiercache.invalid/no-such-api, tag: \"0\"}}}");

        assertThat(cache).getsCondition("Degraded", "True", "ImagePull", Duration.ofMinutes(1));
        assertThat(cache).getsCondition("Degraded", "True", "stuck-api-", Duration.ofMinutes(1));
        assertThat(cache.api(serving).report("stuck", "AAPL").layer()).isEqualTo("computed");
    }

    @Test
    void aPodThatNoNodeTakesIsSaidToBeUnschedulable() {
        Cache cache = namespace.cache("nowhere").apply(REDIS_ONLY + "scheduling: {nodeSelector: {disk: quantum}}\n");

        assertThat(cache).getsCondition("Ready", "False", "nowhere-redis-0", Duration.ofMinutes(1));
        assertThat(cache).getsCondition("Ready", "False", "Unschedulable", Duration.ofMinutes(1));
    }

    @Test
    void aChildThatTheApiServerRefusesIsSaidAndForgottenOnceItIsPutRight() {
        // The schema can't know which resource names exist; the API server refuses the pod template.
        Cache cache = namespace.cache("refused").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                api: {replicas: 1, resources: {requests: {memory: 512Mi}, limits: {memory: 256Mi}}}
                """);

        assertThat(cache).getsCondition("Ready", "False", "refused-api", Duration.ofMinutes(1));

        cache.patch("spec: {api: {resources: {limits: {memory: 512Mi}}}}");
        assertThat(cache).becomesReady();
    }

    @Test
    void aSuspendedResourceIsNotTouchedAndSaysSo() {
        Cache cache = namespace.cache("quiet").apply(REDIS_ONLY);
        assertThat(cache).becomesReady();

        cache.patch("spec: {suspend: true, redis: {memory: {maxMemory: 96Mi}}}");
        assertThat(cache).getsCondition("Paused", "True", "", Duration.ofSeconds(20));
        var service =
                namespace.client().services().inNamespace(namespace.name()).withName("quiet-redis");
        service.edit(changed -> {
            changed.getSpec().getPorts().getFirst().setPort(7000);
            return changed;
        });
        assertThat(cache.redis().admin("CONFIG", "SET", "timeout", "77")).isEqualTo("OK");
        Map<String, String> versions = cache.ownedVersions();

        // Longer than the repairs take that would otherwise be made.
        await().during(Duration.ofSeconds(15))
                .atMost(Duration.ofMinutes(1))
                .until(() -> cache.ownedVersions().equals(versions)
                        && cache.redis().config("timeout").equals("77"));
        assertThat(cache.redis().config("maxmemory")).isEqualTo(String.valueOf(64L * 1024 * 1024));

        cache.patch("spec: {suspend: false}");
        assertThat(cache).becomesReady();
        assertThat(service.require().getSpec().getPorts().getFirst().getPort()).isEqualTo(6379);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> cache.redis().config("maxmemory").equals(String.valueOf(96L * 1024 * 1024))
                        && cache.redis().config("timeout").equals("0"));
    }
}
