package dev.tiercache.operator.plan;

import static dev.tiercache.operator.plan.PlanFixtures.pod;
import static dev.tiercache.operator.plan.PlanFixtures.resources;
import static dev.tiercache.operator.plan.PlanFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.operator.observe.RedisConnections;
import dev.tiercache.operator.observe.RedisProbe;
import dev.tiercache.operator.observe.RedisTarget;
import dev.tiercache.operator.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Follows the plan on a real server that shall keep its data in another way and restart at the same time. */
class AppendOnlyProcessIT {
    private static final String PASSWORD = "secret";
    private static final int KEYS = 300;

    @Test
    void aChangeFromSnapshotsToAnAppendOnlyFileWithARestartKeepsTheData() {
        // Every key takes the child 2 ms: the file is long in the making.
        try (var server = RedisServer.start(
                        "--requirepass", PASSWORD, "--appendonly", "no", "--rdb-key-save-delay", "2000");
                var connections = new RedisConnections(_ -> {}, _ -> {})) {
            on(server, redis -> {
                for (int i = 0; i < KEYS; i++) {
                    redis.set("key:" + i, "value");
                }
            });
            var probe = new RedisProbe(connections, Duration.ofSeconds(5));
            var target = new RedisTarget("uid", "reports-redis-0", "127.0.0.1", server.port(), "default", PASSWORD);
            List<String> held = new ArrayList<>();

            await().atMost(Duration.ofSeconds(30)).until(() -> {
                var plan = settled()
                        .with(appendOnly())
                        .with(pod(resources(832), resources(832), "old", true, false))
                        .with(probe.ask(target))
                        .plan();
                held.add(plan.held());
                if (plan.action() instanceof Action.SetConfig set) {
                    on(server, redis -> set.values().forEach(redis::configSet));
                }
                return plan.action() instanceof Action.RestartPod;
            });
            assertThat(held).contains("reports-redis-0 is not restarted while it writes its append-only file");

            server.terminate();
            server.restart("--appendonly", "yes").awaitAnswer();
            on(server, redis -> assertThat(redis.dbsize()).isEqualTo(KEYS));
        }
    }

    private static Wanted appendOnly() {
        return new Wanted("hash", Map.of("appendonly", "yes"), Map.of(), Map.of(), List.of(), resources(832), "files");
    }

    private static void on(RedisServer server, Consumer<RedisCommands<String, String>> use) {
        try (RedisClient client = RedisClient.create("redis://:" + PASSWORD + "@127.0.0.1:" + server.port());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            use.accept(connection.sync());
        }
    }
}
