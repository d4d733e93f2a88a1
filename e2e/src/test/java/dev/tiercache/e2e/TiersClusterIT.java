package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Api.Report;
import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.CacheDeploymentAssert;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The two tiers as a user meets them: the report, Redis as specified, its password, and the number of pods. */
@ClusterTest
class TiersClusterIT {

    private final Cache cache;

    TiersClusterIT(TestNamespace namespace) {
        cache = namespace.cache("reports");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                redis:
                  memory: {maxMemory: 96Mi, evictionPolicy: volatile-lfu}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                """);
        assertThat(cache).becomesReady();
    }

    @Test
    void redisRunsWithTheMemoryAndThePolicyOfTheSpec() {
        assertThat(cache.redis().config("maxmemory")).isEqualTo(String.valueOf(96L * 1024 * 1024));
        assertThat(cache.redis().config("maxmemory-policy")).isEqualTo("volatile-lfu");
        assertThat(cache.redis().config("appendonly")).isEqualTo("yes");
        assertThat(cache.status("effective", "maxMemory")).isEqualTo("96Mi");
    }

    @Test
    void aReportIsComputedOnceThenComesFromL1AndInAnotherPodFromL2() {
        List<Pod> pods = cache.apiPods();
        assertThat(pods).hasSize(2);

        Report first = cache.api(pods.get(0)).report("alice", "MSFT,AAPL");
        assertThat(first.layer()).isEqualTo("computed");
        Report second = cache.api(pods.get(0)).report("alice", "AAPL,MSFT");
        assertThat(second.layer()).isEqualTo("L1");
        // The write to Redis is not part of the request, and a pod that gets no processor for 50 ms computes itself.
        AtomicInteger attempts = new AtomicInteger();
        Report third = await("a report from L2")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> {
                            String user = "alice-" + attempts.incrementAndGet();
                            cache.api(pods.get(0)).report(user, "AAPL,MSFT");
                            return cache.api(pods.get(1)).report(user, "AAPL,MSFT");
                        },
                        report -> report.layer().equals("L2"));
        assertThat(cache.redis().client("EXISTS", "ir_v1:alice:AAPL,MSFT")).isEqualTo("1");

        assertThat(third.body().path("universe"))
                .isEqualTo(first.body().path("universe"))
                .hasSize(2);
        assertThat(third.body().path("risk_panel")).isEqualTo(first.body().path("risk_panel"));
        assertThat(third.ttlSeconds()).isBetween(1, 900);
    }

    @Test
    void whatTheBindingSecretSaysIsEnoughToUseRedisAndNothingLessIs() {
        String secret = cache.status("binding", "secretName");
        String password = cache.secret(secret, "password");
        String host = "reports-redis." + cache.namespace().name() + ".svc";

        assertThat(cache.secret(secret, "type")).isEqualTo("redis");
        assertThat(cache.secret(secret, "host")).isEqualTo(host);
        assertThat(cache.secret(secret, "port")).isEqualTo("6379");
        assertThat(cache.secret(secret, "username")).isEqualTo("default");
        assertThat(cache.secret(secret, "uri")).startsWith("redis://").contains("@" + host + ":6379");
        assertThat(password).as("32 random bytes, encoded").hasSizeGreaterThanOrEqualTo(43);
        // By name through the Service, as an application would, not over loopback.
        assertThat(cache.redis().as("default", password, "-h", host, "PING")).isEqualTo("PONG");
        assertThat(cache.redis().as("default", "wrong", "PING")).contains("NOAUTH");
        assertThat(cache.redis().as("default", "wrong", "AUTH", "default", "wrong"))
                .contains("WRONGPASS");
    }

    @Test
    void aClientMayNotAdministerRedis() {
        assertThat(cache.redis().client("CONFIG", "SET", "maxmemory", "1")).contains("NOPERM");
        assertThat(cache.redis().client("ACL", "LIST")).contains("NOPERM");
        assertThat(cache.redis().client("SHUTDOWN", "NOSAVE")).contains("NOPERM");
    }

    @Test
    void noPodOfTheResourceHoldsATokenOfTheApiServer() {
        assertThat(cache.apiPods()).allSatisfy(TiersClusterIT::holdsNoToken);
        holdsNoToken(cache.redisPod());
    }

    @Test
    void theApiRunsFromTheAotCacheOfItsImage() {
        for (Pod pod : cache.apiPods()) {
            assumeThat(pod.getSpec().getContainers().getFirst().getImage())
                    .as("an image that dev/images made")
                    .startsWith("tiercache.local/");
            assertThat(cache.exec(pod, "jcmd", "1", "System.map")).contains("/app/service.aot");
        }
    }

    @Test
    void kubectlScaleChangesTheNumberOfApiPodsAndTheStatusFollows() {
        cache.scaleApi(3);

        await().atMost(CacheDeploymentAssert.START)
                .until(() -> cache.status("api", "readyReplicas").equals("3"));
        assertThat(cache.apiPods()).hasSize(3);
        assertThat(cache).becomesReady();

        cache.scaleApi(2);

        await().atMost(CacheDeploymentAssert.START)
                .until(() -> cache.status("api", "replicas").equals("2"));
        assertThat(cache.apiPods()).hasSize(2);
    }

    private static void holdsNoToken(Pod pod) {
        assertThat(pod.getSpec().getContainers())
                .allSatisfy(container -> assertThat(container.getVolumeMounts())
                        .noneMatch(mount -> mount.getMountPath().contains("serviceaccount")));
    }
}
