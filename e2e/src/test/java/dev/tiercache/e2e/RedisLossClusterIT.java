package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.Load;
import dev.tiercache.e2e.fixture.Node;
import dev.tiercache.e2e.fixture.StatusHistory;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Redis goes away under 50 requests a second: every client gets its report, the status says so, the data is kept. */
@ClusterTest
@Isolated("judges every answer: other classes would starve the API on a small machine")
class RedisLossClusterIT {

    private static final int RATE = 50;
    /** So many that most requests need a tier behind L1. */
    private static final int USERS = 2000;

    private final Cache cache;

    RedisLossClusterIT(TestNamespace namespace) {
        cache = namespace.cache("reports");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                redis:
                  memory: {maxMemory: 96Mi}
                  persistence: {mode: AppendOnly, fsync: Always, volume: {size: 256Mi}}
                """);
        assertThat(cache).becomesReady();
        Load.warmUp(cache);
    }

    @Test
    void aDeletedPodIsSeenWithin5SecondsAndFailsNoRequest() {
        Pod before = cache.redisPod();

        underLoad(() -> {
            Instant deleted = Instant.now();
            cache.namespace()
                    .client()
                    .pods()
                    .resource(before)
                    .withGracePeriod(0)
                    .delete();
            return deleted;
        });

        assertThat(cache.redisPod().getMetadata().getUid())
                .isNotEqualTo(before.getMetadata().getUid());
    }

    @Test
    void aProcessKilledWithSigkillIsSeenWithin5SecondsAndFailsNoRequest() {
        Pod before = cache.redisPod();
        int restarts = before.getStatus().getContainerStatuses().getFirst().getRestartCount();

        try (Node node = new Node(cache.namespace())) {
            underLoad(() -> node.kill9(before, "redis"));
        }

        Pod after = cache.redisPod();
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getStatus().getContainerStatuses().getFirst().getRestartCount())
                .isEqualTo(restarts + 1);
    }

    /** @param loss loses Redis and tells when */
    private void underLoad(Supplier<Instant> loss) {
        String key = "kept:" + System.nanoTime();
        assertThat(cache.redis().client("SET", key, "still here")).isEqualTo("OK");
        try (Load load = new Load(cache, RATE, USERS);
                StatusHistory history = cache.record()) {
            load.flows(3 * RATE);

            Instant lost = loss.get();

            Duration seen = history.awaitNotReady(lost, Duration.ofSeconds(20));
            System.err.printf("redis lost, seen_after_ms=%d%n", seen.toMillis());
            assertThat(cache).becomesReady();
            System.err.printf(
                    "redis lost, ready_after_ms=%d%n",
                    Duration.between(lost, Instant.now()).toMillis());
            load.flows(3 * RATE);
            load.stopWithoutAFailure();
            assertThat(seen).isLessThan(Duration.ofSeconds(5));
        }
        // Both tiers are in use again, not only L1 and the origin.
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            String user = "after-" + System.nanoTime();
            cache.api(cache.apiPods().get(0)).report(user, "AAPL");
            return cache.api(cache.apiPods().get(1))
                    .report(user, "AAPL")
                    .layer()
                    .equals("L2");
        });
        assertThat(cache.redis().client("GET", key)).isEqualTo("still here");
    }
}
