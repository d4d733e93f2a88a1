package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.Node;
import dev.tiercache.e2e.fixture.OperatorRelease;
import dev.tiercache.e2e.fixture.TestNamespace;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The operator comes, goes, changes and moves, and what it manages neither restarts nor stops serving. */
@ClusterTest
@Isolated("kills, upgrades and uninstalls the one operator")
class OperatorClusterIT {

    /** A lease of 15 s that nobody released, one retry, and a start of the reconciler. */
    private static final Duration TAKEOVER_AFTER_LOSS = Duration.ofSeconds(45);
    /** A released lease is taken at the next retry. */
    private static final Duration TAKEOVER_AFTER_STOP = Duration.ofSeconds(12);

    private final Cache cache;
    private final OperatorRelease operator;
    private int memory = 64;

    OperatorClusterIT(TestNamespace namespace) {
        cache = namespace.cache("reports");
        operator = namespace.cluster().operator();
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: AppendOnly, volume: {size: 256Mi}}}
                api: {replicas: 1}
                """);
        assertThat(cache).becomesReady();
    }

    @AfterAll
    void leaveItAsOthersExpectIt() {
        operator.install();
    }

    @Test
    void anOperatorKilledWithSigkillComesBackAndRestartsNothing() {
        String killed = operator.awaitLeader(Duration.ofMinutes(1));
        restartsNothing(() -> {
            try (Node node = new Node(cache.namespace())) {
                node.kill9(operator.pod(killed), "operator");
            }
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> operator.pod(killed)
                                    .getStatus()
                                    .getContainerStatuses()
                                    .getFirst()
                                    .getRestartCount()
                            > 0);
            // It finds its own lease, and need not wait until that runs out.
            itWorks();
        });
    }

    @Test
    void aDeletedOperatorPodIsReplacedAndRestartsNothing() {
        String deleted = operator.awaitLeader(Duration.ofMinutes(1));
        restartsNothing(() -> {
            operator.kill(deleted);

            awaitOtherLeader(deleted, Duration.ofMinutes(2));
            itWorks();
        });
    }

    @Test
    void ofTwoReplicasTheOtherTakesOverWhenTheLeaderIsLostOrStops() {
        restartsNothing(() -> {
            operator.install("replicas=2");
            String first = operator.awaitLeader(Duration.ofMinutes(1));
            awaitPods(2);
            Instant killed = Instant.now();
            operator.kill(first);
            String second = awaitOtherLeader(first, TAKEOVER_AFTER_LOSS);
            System.err.printf("leader deleted without grace, other_after_ms=%d%n", since(killed));
            itWorks();

            awaitPods(2);
            Instant stopped = Instant.now();
            operator.stop(second);
            awaitOtherLeader(second, TAKEOVER_AFTER_STOP);
            System.err.printf("leader stopped, other_after_ms=%d%n", since(stopped));
            itWorks();
        });
    }

    @Test
    void anUpgradeOfTheChartRestartsNothing() {
        restartsNothing(() -> {
            operator.install();
            String before = operator.awaitLeader(Duration.ofMinutes(1));
            operator.install("logLevel=DEBUG");
            assertThat(awaitOtherLeader(before, Duration.ofMinutes(1))).isNotEqualTo(before);
            itWorks();
        });
    }

    @Test
    void withTheRightsOfOneNamespaceAloneItWorksThere() {
        restartsNothing(() -> {
            String before = operator.awaitLeader(Duration.ofMinutes(1));
            operator.install("watchNamespaces={" + cache.namespace().name() + "}");
            awaitOtherLeader(before, Duration.ofMinutes(1));
            itWorks();
            try (TestNamespace elsewhere = cache.namespace().another("elsewhere")) {
                Cache unseen = elsewhere.cache("unseen").apply("api: {mode: Disabled}");
                await().during(Duration.ofSeconds(5))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> unseen.status("observedGeneration").isEmpty());
            }
        });
    }

    @Test
    void theTestHookOfTheChartPasses() {
        operator.install();
        assertThat(operator.test()).contains("Phase:          Succeeded");
    }

    @Test
    void anUninstalledChartLeavesTheResourcesServingAndANewOneTakesThemUp() {
        restartsNothing(() -> {
            operator.uninstall();
            await().atMost(Duration.ofMinutes(1)).until(() -> operator.pods().isEmpty());

            assertThat(operator.crd()).as("the CRD").isNotNull();
            assertThat(cache.stored().getMetadata().getDeletionTimestamp()).isNull();
            cache.api(cache.apiPods().getFirst()).report("uninstalled", "AAPL");
            assertThat(cache.redis().client("PING")).isEqualTo("PONG");

            operator.install();
            itWorks();
        });
    }

    /** A change is carried out: the operator reads, writes and reaches Redis. */
    private void itWorks() {
        memory += 8;
        cache.patch("spec: {redis: {memory: {maxMemory: %dMi}}}".formatted(memory));
        await("CONFIG GET maxmemory is " + memory + "Mi")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> cache.redis().config("maxmemory").equals(String.valueOf(memory * 1024L * 1024L)));
        assertThat(cache).becomesReady();
    }

    private void restartsNothing(Runnable change) {
        Map<String, String> uids = cache.podUids();
        Map<String, Integer> restarts = cache.restarts();
        assertThat(uids).hasSize(2);
        change.run();
        assertThat(cache.podUids()).isEqualTo(uids);
        assertThat(cache.restarts()).isEqualTo(restarts);
    }

    private String awaitOtherLeader(String than, Duration limit) {
        return await("another leader than " + than)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> operator.awaitLeader(limit), leader -> !leader.equals(than));
    }

    private void awaitPods(int ready) {
        await().atMost(Duration.ofMinutes(2)).until(() -> operator.readyPods() == ready);
    }

    private static long since(Instant instant) {
        return Duration.between(instant, Instant.now()).toMillis();
    }
}
