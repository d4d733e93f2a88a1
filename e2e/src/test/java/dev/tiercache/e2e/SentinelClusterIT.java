package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static dev.tiercache.e2e.fixture.SentinelTrial.LAST_MOMENT;
import static dev.tiercache.e2e.fixture.SentinelTrial.LITTLE;
import static dev.tiercache.e2e.fixture.SentinelTrial.NOTHING;
import static dev.tiercache.e2e.fixture.SentinelTrial.nothingIsLost;
import static dev.tiercache.e2e.fixture.SentinelTrial.onlyLost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.Load;
import dev.tiercache.e2e.fixture.Node;
import dev.tiercache.e2e.fixture.SentinelTrial;
import dev.tiercache.e2e.fixture.StatusHistory;
import dev.tiercache.e2e.fixture.TestNamespace;
import dev.tiercache.e2e.ledger.LedgerSummary;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Mode Sentinel with writers at 200 a second and the API under load: each failure ends by itself, and costs what it may. */
@ClusterTest
@Isolated("judges every answer: other classes would starve the API on a small machine")
class SentinelClusterIT {

    /**
     * How long a write is tried in a planned switch. Its users need 5 s, which the processes' lane holds it to; here two
     * cores run the cluster, the API and its load beside it, and a client may take seconds for a connection.
     */
    private static final Duration PLANNED = Duration.ofSeconds(15);

    private static final Duration UNPLANNED = Duration.ofSeconds(30);
    private static final Duration ALL_GONE = Duration.ofSeconds(60);
    /** Within which the status says that something is wrong. */
    private static final Duration SEEN = Duration.ofSeconds(5);

    private final Cache cache;
    private final SentinelTrial trial;

    SentinelClusterIT(TestNamespace namespace) {
        cache = namespace.cache("quorum");
        trial = new SentinelTrial(cache, "cluster");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                mode: Sentinel
                redis:
                  memory: {maxMemory: 96Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                cache: {l1: {ttlSeconds: 5}}
                """);
        trial.begins();
        Load.warmUp(cache);
    }

    @AfterAll
    void write() {
        trial.writes();
    }

    @Test
    void aSwitchThatIsAskedForIsAnsweredAndLosesNothing() {
        String former = cache.master();
        LedgerSummary summary = trial.underLoad("switch asked for", NOTHING, PLANNED, () -> {
            trial.switchesFrom(former);
        });

        nothingIsLost(summary);
        trial.lastFailover("Planned", former);
    }

    @Test
    void aWishThatMakesNoSenseIsAnswered() {
        assertThat(cache).becomesReady();
        String master = cache.master();

        cache.switchover("nobody");

        await("the annotation is answered").atMost(SentinelTrial.ENDS).until(() -> !cache.switchoverPending());
        assertThat(cache).becomesReady();
        assertThat(cache.master()).isEqualTo(master);
    }

    @Test
    void aMasterThatIsDeletedHandsOverBefore() {
        String former = cache.master();
        LedgerSummary summary = trial.underLoad("kubectl delete pod of the master", NOTHING, PLANNED, () -> {
            trial.pod(former).delete();
            trial.awaitMasterOtherThan(former);
        });

        nothingIsLost(summary);
        trial.lastFailover("Planned", former);
    }

    @Test
    void aRollReplacesEveryPodWithOneSwitchAndLosesNothing() {
        String former = cache.master();
        Map<String, String> uids = cache.podUids();
        LedgerSummary summary = trial.underLoad("roll", NOTHING, PLANNED, () -> {
            cache.patch("spec: {redis: {config: {tcp-backlog: \"" + (300 + (int) (Math.random() * 100)) + "\"}}}");
            await("every Redis pod is another one")
                    .atMost(Duration.ofMinutes(4))
                    .until(() -> areOthersThan(uids, cache.redisPods()));
        });

        nothingIsLost(summary);
        trial.lastFailover("Planned", former);
        assertThat(summary.masters()).hasSize(2);
    }

    /** It has a second to hand over, and runs on beside its successor meanwhile: who is master then is not said. */
    @Test
    void aMasterThatIsDeletedByForceLosesNoMoreThanOneThatDies() {
        Pod former = trial.pod(cache.master()).require();
        LedgerSummary summary = trial.underLoad("force delete of the master", LITTLE, UNPLANNED, () -> {
            Instant deleted = Instant.now();
            try (StatusHistory history = cache.record()) {
                trial.pod(former.getMetadata().getName()).withGracePeriod(0).delete();
                history.awaitNotReady(deleted, SEEN);
            }
            await("a master that is another pod, or the same made anew")
                    .atMost(SentinelTrial.ENDS)
                    .until(() -> {
                        String master = cache.master();
                        return cache.redisPods().stream()
                                .map(Pod::getMetadata)
                                .anyMatch(pod -> pod.getName().equals(master)
                                        && !pod.getUid()
                                                .equals(former.getMetadata().getUid()));
                    });
        });

        onlyLost(LAST_MOMENT, summary);
    }

    @Test
    void aMasterThatIsKilledAndBackAtOnceGoesOn() {
        String former = cache.master();
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary = trial.underLoad(
                    "kill -9 of the master",
                    LITTLE,
                    UNPLANNED,
                    () -> node.kill9(trial.pod(former).require(), "redis"));

            onlyLost(LAST_MOMENT, summary);
        }
    }

    /** A master that is back later than down-after is replaced by a replica that died a moment before it did. */
    @Test
    void allRedisPodsCanBeDeletedAtOnce() {
        Map<String, String> uids = cache.podUids();
        LedgerSummary summary = trial.underLoad("all Redis pods deleted", LITTLE, ALL_GONE, () -> {
            cache.redisPods()
                    .forEach(pod -> trial.pod(pod.getMetadata().getName()).delete());
            // The master goes on until it has handed over: as long as its replicas take to be known again.
            await("every Redis pod is another one")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> areOthersThan(uids, cache.redisPods()));
        });

        onlyLost(LAST_MOMENT, summary);
    }

    @Test
    void everythingCanBeDeletedAtOnce() {
        Map<String, String> uids = cache.podUids();
        LedgerSummary summary = trial.underLoad("all Redis and Sentinel pods deleted", LITTLE, ALL_GONE, () -> {
            cache.redisPods()
                    .forEach(pod -> trial.pod(pod.getMetadata().getName()).delete());
            cache.sentinelPods()
                    .forEach(pod -> trial.pod(pod.getMetadata().getName()).delete());
            await("every pod is another one")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> areOthersThan(uids, cache.redisPods()) && areOthersThan(uids, cache.sentinelPods()));
        });

        onlyLost(LAST_MOMENT, summary);
    }

    @Test
    void replicasComeAndGo() {
        LedgerSummary summary = trial.underLoad("scale to 4 and back to 2", NOTHING, PLANNED, () -> {
            cache.patch("spec: {redis: {replicas: 4}}");
            await("four Redis pods")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> cache.redisPods().size() == 4);
            assertThat(cache).becomesReady();
            cache.patch("spec: {redis: {replicas: 2}}");
            await("two Redis pods")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> cache.redisPods().size() == 2);
            assertThat(cache).becomesReady();
            await("the Sentinels forget who is gone")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> cache.sentinelPods().stream()
                            .allMatch(pod -> cache.replicasKnownTo(pod).size() == 1));
            cache.patch("spec: {redis: {replicas: 3}}");
            await("three Redis pods")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> cache.redisPods().size() == 3);
        });

        nothingIsLost(summary);
    }

    private static boolean areOthersThan(Map<String, String> uids, List<Pod> pods) {
        return pods.size() == 3
                && pods.stream()
                        .noneMatch(pod -> uids.containsValue(pod.getMetadata().getUid()));
    }
}
