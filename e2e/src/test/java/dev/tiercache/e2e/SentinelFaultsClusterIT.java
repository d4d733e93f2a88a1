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
import dev.tiercache.e2e.fixture.OperatorRelease;
import dev.tiercache.e2e.fixture.PodsSeen;
import dev.tiercache.e2e.fixture.SentinelTrial;
import dev.tiercache.e2e.fixture.TestNamespace;
import dev.tiercache.e2e.ledger.LedgerSummary;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Mode Sentinel when nodes and networks fail and when failures meet: with {@code minReplicasToWrite}, 200 writes a second,
 * and the API under load.
 */
@ClusterTest
@Isolated("kills the one operator, and takes the DNS of the cluster away")
class SentinelFaultsClusterIT {

    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_LAG_SECONDS = 2;
    /** The lag is counted in whole seconds, once a second, from when the replica was last heard: every second. */
    private static final Duration ALONE = Duration.ofSeconds(MAX_LAG_SECONDS + 3);

    private final Cache cache;
    private final OperatorRelease operator;
    private final SentinelTrial trial;

    SentinelFaultsClusterIT(TestNamespace namespace) {
        cache = namespace.cache("faults");
        operator = namespace.cluster().operator();
        trial = new SentinelTrial(cache, "cluster-faults");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                mode: Sentinel
                redis:
                  memory: {maxMemory: 96Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                  replicationSafety: {minReplicasToWrite: 1, maxLagSeconds: %d}
                # A Sentinel that finds no fit replica tries again after twice this: before the clients give up.
                sentinel: {failoverTimeoutSeconds: 10}
                cache: {l1: {ttlSeconds: 5}}
                api: {replicas: 1}
                """.formatted(MAX_LAG_SECONDS));
        trial.begins();
        Load.warmUp(cache);
    }

    @AfterAll
    void write() {
        trial.writes();
    }

    @Test
    void aMasterThatIsEvictedHandsOver() {
        String former = cache.master();
        LedgerSummary summary = trial.underLoad("eviction of the master", NOTHING, CLIENT_TIMEOUT, () -> {
            trial.pod(former).evict();
            trial.awaitMasterOtherThan(former);
        });

        nothingIsLost(summary);
        trial.lastFailover("Planned", former);
    }

    @Test
    void aFrozenMasterIsReplacedAndTakesNoWritesWhenItThaws() {
        String former = cache.master();
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary = trial.underLoad("SIGSTOP of the master", LITTLE, CLIENT_TIMEOUT, () -> {
                Pod frozen = trial.pod(former).require();
                node.freeze(frozen, "redis");
                try {
                    trial.awaitMasterOtherThan(former);
                } finally {
                    node.thaw(frozen, "redis");
                }
            });

            onlyLost(LAST_MOMENT, summary);
        }
    }

    @Test
    void aMasterThatIsCutOffFromItsOwnStopsTakingWrites() {
        String former = cache.master();
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary = trial.underLoad(
                    "the master cut off from replicas and Sentinels, not from clients",
                    "at most maxLagSeconds + 3 s of writes lost, 0 failed",
                    CLIENT_TIMEOUT,
                    () -> {
                        Pod alone = trial.pod(former).require();
                        List<String> others = addressesOfOthers(cache, former);
                        node.cutOff(alone, "redis", others);
                        try {
                            trial.awaitMasterOtherThan(former);
                        } finally {
                            node.reconnect(alone, "redis", others);
                        }
                    });

            onlyLost(ALONE, summary);
        }
    }

    @Test
    void aMasterThatIsKilledDuringARollIsReplacedAndTheRollEnds() {
        Map<String, String> uids = cache.podUids();
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary =
                    trial.underLoad("kill -9 of the master during a roll", LITTLE, CLIENT_TIMEOUT, () -> {
                        cache.patch("spec: {redis: {config: {tcp-backlog: \"300\"}}}");
                        await("the first pod is replaced")
                                .atMost(Duration.ofMinutes(1))
                                .until(() -> othersThan(uids) >= 1);
                        // The roll may end the master's pod first, and then there is another one to kill.
                        await("the death of a master")
                                .atMost(Duration.ofMinutes(1))
                                .ignoreExceptionsInstanceOf(IllegalStateException.class)
                                .until(() ->
                                        node.kill9(trial.pod(cache.master()).require(), "redis") != null);
                        await("every Redis pod is another one")
                                .atMost(Duration.ofMinutes(4))
                                .until(() -> othersThan(uids) == 3);
                    });

            onlyLost(LAST_MOMENT, summary);
        }
    }

    @Test
    void aMasterThatDiesWhileReplicasComeIsReplacedAndTheyCome() {
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary =
                    trial.underLoad("kill -9 of the master during scaling", LITTLE, CLIENT_TIMEOUT, () -> {
                        cache.patch("spec: {redis: {replicas: 4}}");
                        await("the fourth pod")
                                .atMost(Duration.ofMinutes(1))
                                .until(() -> cache.redisPods().size() == 4);
                        node.kill9(trial.pod(cache.master()).require(), "redis");
                        assertThat(cache).becomesReady();
                        cache.patch("spec: {redis: {replicas: 3}}");
                        await("three Redis pods")
                                .atMost(Duration.ofMinutes(2))
                                .until(() -> cache.redisPods().size() == 3);
                    });

            onlyLost(LAST_MOMENT, summary);
        }
    }

    @Test
    void anOperatorThatDiesInTheMiddleOfASwitchLosesNothing() {
        String former = cache.master();
        LedgerSummary summary = trial.underLoad("the operator killed during a switch", NOTHING, CLIENT_TIMEOUT, () -> {
            String leader = operator.awaitLeader(Duration.ofMinutes(1));
            cache.switchover("any");
            operator.kill(leader);
            await("another leader")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> !operator.leader().equals(leader) && operator.readyPods() > 0);
            await("the annotation is answered").atMost(Duration.ofMinutes(1)).until(() -> !cache.switchoverPending());
            trial.awaitMasterOtherThan(former);
        });

        nothingIsLost(summary);
    }

    @Test
    void operatorsThatDieAtEachStepOfARollLoseNothingAndTheNextEndsIt() {
        Map<String, String> uids = cache.podUids();
        LedgerSummary summary;
        try (PodsSeen seen = cache.recordRedisPods()) {
            summary = trial.underLoad("the operator killed at each step of a roll", NOTHING, CLIENT_TIMEOUT, () -> {
                cache.patch("spec: {redis: {config: {tcp-backlog: \"400\"}}}");
                for (int step = 1; step <= 3; step++) {
                    int replaced = step;
                    await("pods replaced: " + replaced)
                            .atMost(Duration.ofMinutes(2))
                            .until(() -> othersThan(uids) >= replaced);
                    operator.kill(operator.awaitLeader(Duration.ofMinutes(1)));
                }
                await("an operator").atMost(Duration.ofMinutes(1)).until(() -> operator.readyPods() > 0);
            });
            assertThat(seen.uids()).as("each pod is replaced once").hasSize(6);
        }

        nothingIsLost(summary);
        assertThat(summary.masters()).as("one switch").hasSize(2);
    }

    @Test
    void aFailoverNeedsNoDns() {
        String former = cache.master();
        var dns = cache.namespace()
                .client()
                .apps()
                .deployments()
                .inNamespace("kube-system")
                .withName("coredns");
        int replicas = dns.require().getSpec().getReplicas();
        LedgerSummary summary =
                trial.underLoad("the master gone while there is no DNS", NOTHING, CLIENT_TIMEOUT, () -> {
                    dns.scale(0);
                    try {
                        await("no DNS")
                                .atMost(Duration.ofMinutes(1))
                                .until(() -> cache.namespace()
                                        .client()
                                        .pods()
                                        .inNamespace("kube-system")
                                        .withLabelSelector(
                                                dns.require().getSpec().getSelector())
                                        .list()
                                        .getItems()
                                        .isEmpty());
                        trial.pod(former).delete();
                        trial.awaitMasterOtherThan(former);
                    } finally {
                        dns.scale(replicas);
                    }
                    dns.waitUntilReady(1, TimeUnit.MINUTES);
                });

        nothingIsLost(summary);
    }

    @Test
    void aFailoverNeedsNoApiServer() {
        String former = cache.master();
        try (Node node = new Node(cache.namespace())) {
            LedgerSummary summary =
                    trial.underLoad("the master frozen while there is no API server", LITTLE, CLIENT_TIMEOUT, () -> {
                        node.freezeWithoutApiServer(trial.pod(former).require(), "redis", Duration.ofSeconds(60));
                        // Until the operator is back the status is that of before.
                        trial.awaitMasterOtherThan(former);
                    });

            onlyLost(LAST_MOMENT, summary);
            trial.lastFailover("Detected", former);
        }
    }

    @Test
    void aResourceThatIsMadeAgainOnItsOldVolumesHasItsData() {
        Cache again = cache.namespace().cache("again");
        String spec = """
                mode: Sentinel
                deletionPolicy: Retain
                redis:
                  memory: {maxMemory: 64Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                api: {mode: Disabled}
                """;
        again.apply(spec);
        new SentinelTrial(again, "again").begins();
        assertThat(again.redis(again.master()).client("SET", "kept", "yes")).isEqualTo("OK");
        new SentinelTrial(again, "again").switchesFrom(again.master());
        assertThat(again).becomesReady();
        assertThat(again.redis(again.master()).client("SET", "kept-by-the-second-master", "yes"))
                .isEqualTo("OK");
        again.delete();
        await("all pods gone")
                .atMost(Duration.ofMinutes(2))
                .until(() -> again.allPods().isEmpty() && again.resource().get() == null);

        again.apply(spec);
        new SentinelTrial(again, "again").begins();

        assertThat(again.redisPods()).hasSize(3);
        for (Pod pod : again.redisPods()) {
            assertThat(again.redis(pod.getMetadata().getName()).client("MGET", "kept", "kept-by-the-second-master"))
                    .as("data of %s, master is %s", pod.getMetadata().getName(), again.master())
                    .containsIgnoringNewLines("yes\nyes");
        }
        again.delete();
    }

    /** Pod addresses are used again by others at once; a Sentinel that went by them would take in strangers. */
    @Test
    void twoResourcesWhosePodsRestartInTurnStayApart() {
        Cache other = cache.namespace().cache("other");
        other.apply("""
                mode: Sentinel
                redis:
                  memory: {maxMemory: 64Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                api: {mode: Disabled}
                """);
        new SentinelTrial(other, "other").begins();
        List<Cache> both = List.of(cache, other);
        both.forEach(each -> each.redis(each.master()).client("SET", "whose", each.name()));

        for (int ordinal = 0; ordinal < 3; ordinal++) {
            List<PodResource> restarted = new ArrayList<>();
            for (Cache each : both) {
                restarted.add(trial.pod(each.name() + "-redis-" + ordinal));
                restarted.add(trial.pod(each.name() + "-sentinel-" + ordinal));
            }
            List<String> former = restarted.stream()
                    .map(pod -> pod.require().getMetadata().getUid())
                    .toList();
            restarted.forEach(PodResource::delete);
            await("the pods are back")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> restarted.stream()
                            .map(PodResource::get)
                            .allMatch(pod -> pod != null
                                    && !former.contains(pod.getMetadata().getUid())
                                    && Readiness.isPodReady(pod)));
            both.forEach(each -> assertThat(each).becomesReady());
        }

        for (Cache each : both) {
            assertThat(each.redis(each.master()).client("GET", "whose")).isEqualTo(each.name());
            List<String> own = addressesOfOthers(each, "");
            // A Sentinel that was told of its master anew hears of the replicas within 10 s.
            await("every Sentinel knows two replicas, and no stranger")
                    .atMost(SentinelTrial.ENDS)
                    .untilAsserted(() -> assertThat(each.sentinelPods())
                            .hasSize(3)
                            .allSatisfy(sentinel -> assertThat(each.replicasKnownTo(sentinel))
                                    .extracting(replica -> replica.get("ip"))
                                    .hasSize(2)
                                    .isSubsetOf(own)));
        }
        other.delete();
    }

    private long othersThan(Map<String, String> uids) {
        return cache.redisPods().stream()
                .filter(pod -> !uids.containsValue(pod.getMetadata().getUid()))
                .count();
    }

    /** All addresses by which the other Redis and the Sentinels may talk to a pod: their own and their Services'. */
    private static List<String> addressesOfOthers(Cache cache, String pod) {
        List<String> addresses = new ArrayList<>();
        List<Pod> pods = new ArrayList<>(cache.redisPods());
        pods.addAll(cache.sentinelPods());
        for (Pod other : pods) {
            if (!other.getMetadata().getName().equals(pod)) {
                addresses.add(other.getStatus().getPodIP());
                addresses.add(cache.addressOf(other.getMetadata().getName()));
            }
        }
        return addresses;
    }
}
