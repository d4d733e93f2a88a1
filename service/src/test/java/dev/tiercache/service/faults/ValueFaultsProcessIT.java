package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody writes into Redis what is not a value of its key: damaged, of another key, of a version to come. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ValueFaultsProcessIT {

    private static final List<UnaryOperator<String>> DAMAGES = List.of(
            value -> "\u0001\u0002 no envelope \u0003",
            value -> "",
            value -> value.substring(0, value.length() / 2),
            value -> value.replaceFirst("\"key\":\"ir_v1:user", "\"key\":\"ir_v1:other"),
            value -> value.replaceFirst("\"crc32c\":\"[0-9a-f]{8}", "\"crc32c\":\"00000000"),
            value -> value.replaceFirst("\"v\":1", "\"v\":99"),
            // One letter of the report.
            value -> value.replaceFirst("\"summary\"", "\"summerY\""),
            // It would live for ever.
            value -> value.replaceFirst("\"ttl_ms\":\\d+", "\"ttl_ms\":999999999999"));

    @Test
    void whatIsNoValueOfItsKeyIsAMissThatIsRemovedAndCounted() {
        try (RedisServer redis = RedisServer.running();
                Stage stage = Stage.of(Map.of("REDIS_URL", redis.url()));
                Trial trial = Trial.of(stage, "damaged values")) {
            double before = unreadable(stage);
            int written = 0;
            for (int i = 0; i < 80; i++) {
                Question question = stage.questions().get(i * 2);
                String value = redis.cli("GET", question.key());
                String damaged = DAMAGES.get(i % DAMAGES.size()).apply(value);
                // XX, and the time that it has: as a program that writes over it.
                if (redis.cli("SET", question.key(), damaged, "XX", "KEEPTTL").equals("OK")) {
                    written++;
                }
                trial.runs(Duration.ofMillis(50));
            }
            double counted = unreadable(stage) - before;
            trial.claims().assertThat(written).as("damaged values").isGreaterThan(40);
            // Some were written over by a report computed at the same time, before anybody read them.
            trial.claims().assertThat(counted).as("unreadable values").isGreaterThan(written / 2.0);
            await("no damaged value left in Redis")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> stage.questions().stream()
                            .map(question -> redis.cli("GET", question.key()))
                            .noneMatch(
                                    value -> !value.isEmpty() && !value.startsWith("{\"v\":1,\"key\":\"ir_v1:user")));
            trial.recovers();
            trial.end();
        }
    }

    private static double unreadable(Stage stage) {
        return stage.nodes().stream().mapToDouble(Node::l2Unreadable).sum();
    }
}
