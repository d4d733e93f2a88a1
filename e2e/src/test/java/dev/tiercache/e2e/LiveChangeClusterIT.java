package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import dev.tiercache.e2e.fixture.Updates;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Changes to a running resource: what can be applied live restarts nothing, what can't restarts once and under guard. */
@ClusterTest
class LiveChangeClusterIT {

    private static final long MIB = 1024 * 1024;
    /** A change of Redis: one reconciliation and one CONFIG SET. */
    private static final Duration SOON = Duration.ofSeconds(30);
    /** A change of the API's files: the kubelet refreshes mounted files every minute or so. */
    private static final Duration KUBELET = Duration.ofMinutes(2);

    private final Cache cache;

    LiveChangeClusterIT(TestNamespace namespace) {
        cache = namespace.cache("reports");
    }

    @BeforeAll
    void apply() {
        cache.apply("""
                redis:
                  memory: {maxMemory: 64Mi}
                  persistence: {mode: AppendOnly, volume: {size: 256Mi}}
                  config: {databases: "4"}
                """);
        assertThat(cache).becomesReady();
    }

    @Test
    void maxmemoryIsRaisedAndLoweredWithoutARestart() {
        restartsNothing(() -> {
            cache.patch("spec: {redis: {memory: {maxMemory: 128Mi}}}");
            awaitConfig("maxmemory", String.valueOf(128 * MIB), SOON);
            assertThat(cache).becomesReady();
            assertThat(cache.status("effective", "maxMemory")).isEqualTo("128Mi");
            // 1.5 times with an append-only file, and 64 MiB: the limit of the running container, not only of the spec.
            assertThat(cache.status("effective", "memoryLimit")).isEqualTo("256Mi");
            awaitLimit("256Mi");

            cache.patch("spec: {redis: {memory: {maxMemory: 80Mi}}}");
            awaitConfig("maxmemory", String.valueOf(80 * MIB), SOON);
            assertThat(cache).becomesReady();
            awaitLimit("184Mi");
        });
    }

    @Test
    void theEvictionPolicyChangesWithoutARestart() {
        restartsNothing(() -> {
            cache.patch("spec: {redis: {memory: {evictionPolicy: volatile-ttl}}}");
            awaitConfig("maxmemory-policy", "volatile-ttl", SOON);
            assertThat(cache).becomesReady();
        });
    }

    @Test
    void ttlAndPrefixReachTheRunningApi() {
        restartsNothing(() -> {
            cache.patch("spec: {cache: {keyPrefix: \"day2:\", l1: {ttlSeconds: 100}, l2: {ttlSeconds: 200}}}");
            cache.apiPods().forEach(pod -> {
                String[] user = new String[1];
                // A pod that has not read the new files yet still writes under the old prefix: ask with a new user.
                await("key prefix of " + pod.getMetadata().getName())
                        .atMost(KUBELET)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> {
                            user[0] = "ttl-" + System.nanoTime();
                            cache.api(pod).report(user[0], "AAPL");
                            return redisHas("day2:" + user[0] + ":AAPL");
                        });
                assertThat(Integer.parseInt(cache.redis().client("TTL", "day2:" + user[0] + ":AAPL")))
                        .isBetween(100, 200);
            });
        });
    }

    @Test
    void theFormatOfReportsInRedisChangesWithoutARestart() {
        restartsNothing(() -> {
            cache.patch("spec: {cache: {keyPrefix: \"binary:\", l2: {format: Binary}}}");
            cache.apiPods()
                    .forEach(pod -> await("format of " + pod.getMetadata().getName())
                            .atMost(KUBELET)
                            .pollInterval(Duration.ofSeconds(1))
                            .until(() -> {
                                String user = "format-" + System.nanoTime();
                                cache.api(pod).report(user, "AAPL");
                                String key = "binary:" + user + ":AAPL";
                                return redisHas(key)
                                        && !cache.redis()
                                                .client("GETRANGE", key, "0", "0")
                                                .equals("{");
                            }));
        });
    }

    @Test
    void theIntervalOfAnOpenWebSocketChanges() {
        restartsNothing(() -> {
            try (Updates updates = Updates.of(cache.api(cache.apiPods().getFirst()), "ws-user")) {
                await().atMost(Duration.ofSeconds(10)).until(() -> updates.count() == 1);

                cache.patch("spec: {api: {webSocketIntervalSeconds: 1}}");

                await().atMost(KUBELET).until(() -> updates.count() >= 4);
            }
        });
    }

    @Test
    void aLiveKeyIsAppliedAndOnceRemovedReturnsToItsDefault() {
        String preset = cache.redis().config("slowlog-max-len");
        restartsNothing(() -> {
            cache.patch("spec: {redis: {config: {slowlog-max-len: \"77\"}}}");
            awaitConfig("slowlog-max-len", "77", SOON);
            assertThat(cache).becomesReady();

            cache.removeConfigKey("slowlog-max-len");
            awaitConfig("slowlog-max-len", preset, SOON);
            assertThat(cache).becomesReady();
        });
    }

    @Test
    void aChangeByHandIsRepairedWithin30Seconds() {
        restartsNothing(() -> {
            String wanted = cache.redis().config("maxmemory");
            assertThat(cache.redis().admin("CONFIG", "SET", "maxmemory", "50mb"))
                    .isEqualTo("OK");
            assertThat(cache.redis().admin("CONFIG", "SET", "timeout", "999")).isEqualTo("OK");

            awaitConfig("maxmemory", wanted, Duration.ofSeconds(30));
            awaitConfig("timeout", "0", Duration.ofSeconds(30));
        });
    }

    @Test
    void aKeyThatNeedsARestartRestartsRedisExactlyOnceAndNothingElse() {
        String redisUid = cache.redisPod().getMetadata().getUid();
        Map<String, String> apiUids = cache.podUids();
        apiUids.remove("reports-redis-0");
        assertThat(cache.redis().client("SET", "survivor", "1")).isEqualTo("OK");

        try (var created = cache.recordRedisPods()) {
            cache.patch("spec: {redis: {config: {databases: \"8\"}}}");
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> !cache.redisPodUid().isEmpty()
                            && !cache.redisPodUid().equals(redisUid));
            assertThat(cache).becomesReady();
            assertThat(cache.redis().config("databases")).isEqualTo("8");

            // A second restart would follow at once, from the same difference.
            await().during(Duration.ofSeconds(10))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> created.uids().size() == 2);
        }
        Map<String, String> after = cache.podUids();
        after.remove("reports-redis-0");
        assertThat(after).isEqualTo(apiUids);
        assertThat(cache.redis().client("GET", "survivor")).isEqualTo("1");
    }

    private void restartsNothing(Runnable change) {
        Map<String, String> uids = cache.podUids();
        Map<String, Integer> restarts = cache.restarts();
        assertThat(uids).hasSize(3);
        change.run();
        assertThat(cache.podUids()).as("pods before and after").isEqualTo(uids);
        assertThat(cache.restarts()).as("restarts before and after").isEqualTo(restarts);
    }

    private void awaitConfig(String key, String value, Duration limit) {
        await("CONFIG GET " + key + " is " + value)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> cache.redis().config(key), value::equals);
    }

    private void awaitLimit(String quantity) {
        await("memory limit of the running container is " + quantity)
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> cache.redisPod().getStatus().getContainerStatuses().stream()
                                .filter(status -> status.getName().equals("redis"))
                                .map(status -> String.valueOf(
                                        status.getResources().getLimits().get("memory")))
                                .findFirst()
                                .orElse("none"),
                        quantity::equals);
    }

    private boolean redisHas(String key) {
        return cache.redis().client("EXISTS", key).equals("1");
    }
}
