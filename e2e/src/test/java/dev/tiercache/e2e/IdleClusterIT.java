package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.OperatorRelease;
import dev.tiercache.e2e.fixture.TestNamespace;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Idle costs nothing: nothing is written, and nothing is asked of the API server. */
@ClusterTest
@Isolated("counts every request of the one operator")
class IdleClusterIT {

    private static final String SPEC = """
            redis: {memory: {maxMemory: 64Mi}, persistence: {mode: AppendOnly, volume: {size: 256Mi}}}
            api: {replicas: 1}
            """;

    private final TestNamespace namespace;
    private final Cache cache;
    private final OperatorRelease operator;

    IdleClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
        cache = namespace.cache("reports");
        operator = namespace.cluster().operator();
    }

    @Test
    void aSecondApplyWritesNothingAndTheOperatorOnlyWatchesAndRenewsItsLease() {
        namespace.awaitBeingAlone();
        cache.apply(SPEC);
        assertThat(cache).becomesReady();
        String leader = operator.awaitLeader(Duration.ofMinutes(1));
        settle(leader);

        cache.apply(SPEC);
        Map<String, String> versions = cache.resourceVersions();
        Map<String, Double> requests = requests(leader);
        assertThat(requests).as("what the operator has counted about itself").isNotEmpty();

        await().during(Duration.ofSeconds(60))
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> {
                    assertThat(cache.resourceVersions()).isEqualTo(versions);
                    assertThat(requests(leader)).isEqualTo(requests);
                });
    }

    /** A start leaves work for some seconds: events are sent, the last states come in. */
    private void settle(String leader) {
        Map<String, Double> last = new TreeMap<>();
        await("the operator settles after the start")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(5))
                .until(() -> {
                    Map<String, Double> now = requests(leader);
                    boolean same = now.equals(last);
                    last.clear();
                    last.putAll(now);
                    return same;
                });
    }

    /** All but watches and the lease. */
    private Map<String, Double> requests(String pod) {
        Map<String, Double> requests = operator.requests(pod);
        requests.keySet().removeIf(request -> request.startsWith("watch ") || request.endsWith(" leases"));
        return requests;
    }
}
