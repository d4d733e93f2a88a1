package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static dev.tiercache.e2e.fixture.SentinelTrial.LAST_MOMENT;
import static dev.tiercache.e2e.fixture.SentinelTrial.LITTLE;
import static dev.tiercache.e2e.fixture.SentinelTrial.NOTHING;
import static dev.tiercache.e2e.fixture.SentinelTrial.nothingIsLost;
import static dev.tiercache.e2e.fixture.SentinelTrial.onlyLost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.Nodes;
import dev.tiercache.e2e.fixture.OperatorRelease;
import dev.tiercache.e2e.fixture.SentinelTrial;
import dev.tiercache.e2e.fixture.TestNamespace;
import dev.tiercache.e2e.ledger.LedgerSummary;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Mode Sentinel when nodes leave, with 200 writes a second from a client on another node. It takes three nodes:
 * {@code dev/cluster up --nodes 3}, or {@code dev/availability nodes}, which does that.
 */
@ClusterTest
@Isolated("takes nodes away")
class SentinelNodesClusterIT {

    private static final int ENOUGH = 3;
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);
    private final Cache cache;
    private final Nodes nodes;
    private final OperatorRelease operator;
    private final SentinelTrial trial;
    private String former = "";
    private String node = "";

    SentinelNodesClusterIT(TestNamespace namespace) {
        cache = namespace.cache("nodes");
        nodes = namespace.cluster().nodes();
        operator = namespace.cluster().operator();
        trial = new SentinelTrial(cache, "cluster-nodes");
    }

    @BeforeAll
    void apply() {
        assumeTrue(nodes.count() >= ENOUGH, "skipped: three nodes are needed, dev/cluster up --nodes 3 makes them");
        // One of them may go with the node; without it there is nobody to write the status.
        operator.install("replicas=2");
        cache.apply("""
                mode: Sentinel
                redis:
                  memory: {maxMemory: 96Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                api: {mode: Disabled}
                """);
        trial.begins();
    }

    @AfterAll
    void write() {
        if (nodes.count() >= ENOUGH) {
            trial.writes();
            operator.install();
        }
    }

    /** The client starts elsewhere. */
    @BeforeEach
    void chooseTheMastersNode() {
        former = cache.master();
        node = trial.pod(former).require().getSpec().getNodeName();
        nodes.cordon(node);
    }

    @AfterEach
    void allMayRunThere() {
        nodes.uncordon(node);
    }

    @Test
    void podsOfAKindKeepToNodesOfTheirOwn() {
        assertThat(nodesOf(cache.redisPods())).doesNotHaveDuplicates().hasSize(ENOUGH);
        assertThat(nodesOf(cache.sentinelPods())).doesNotHaveDuplicates().hasSize(ENOUGH);
    }

    @Test
    void theMasterOfANodeThatIsDrainedHandsOver() {
        LedgerSummary summary = trial.during("drain of the master's node", NOTHING, CLIENT_TIMEOUT, () -> {
            nodes.drain(node);
            trial.awaitMasterOtherThan(former);
            nodes.uncordon(node);
        });

        nothingIsLost(summary);
        trial.lastFailover("Planned", former);
    }

    @Test
    void theMasterOfANodeThatIsLostIsReplacedAndFollowsWhenItIsBack() {
        LedgerSummary summary = trial.during("the master's node lost, and back later", LITTLE, CLIENT_TIMEOUT, () -> {
            nodes.cut(node);
            try {
                trial.awaitMasterOtherThan(former);
                assertThat(cache).getsCondition("Degraded", "True", "ReplicaMissing", SentinelTrial.ENDS);
            } finally {
                nodes.mend(node);
            }
        });

        onlyLost(LAST_MOMENT, summary);
        trial.lastFailover("Detected", former);
    }

    @Test
    void theMasterOfANodeThatIsRebootedIsReplacedAndFollowsWhenItIsBack() {
        LedgerSummary summary = trial.during("the master's node rebooted", LITTLE, CLIENT_TIMEOUT, () -> {
            nodes.reboot(List.of(node));
            await("the pod runs again")
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> Readiness.isPodReady(trial.pod(former).require()));
        });

        onlyLost(LAST_MOMENT, summary);
    }

    /** Nobody is left who could write meanwhile: what was written before is asked for, and how long nobody can write. */
    @Test
    void whatWasWrittenOutlivesAllNodes() {
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "before-" + i).toList();
        List<String> write = new ArrayList<>(List.of("MSET"));
        keys.forEach(key -> write.addAll(List.of(key, "yes")));
        assertThat(cache.redis(former).client(write.toArray(String[]::new))).isEqualTo("OK");
        long begun = System.nanoTime();
        nodes.uncordon(node);

        nodes.reboot(nodes.names());

        await("a master that takes writes")
                .atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(() -> cache.redis(cache.master())
                        .client("SET", "after", "yes")
                        .equals("OK"));
        System.err.printf(
                "all nodes rebooted, writable_after_ms=%d%n",
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
        assertThat(cache).becomesReady();
        List<String> count = new ArrayList<>(List.of("EXISTS"));
        count.addAll(keys);
        assertThat(cache.redis(cache.master()).client(count.toArray(String[]::new)))
                .isEqualTo("100");
    }

    private static List<String> nodesOf(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getSpec().getNodeName()).toList();
    }
}
