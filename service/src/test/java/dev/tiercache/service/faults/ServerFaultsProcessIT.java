package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** The process of Redis dies, freezes, or is long in loading its data. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServerFaultsProcessIT {

    private final RedisServer redis = RedisServer.running();
    private final Stage stage = Stage.of(Map.of("REDIS_URL", redis.url()), redis);

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void aRedisThatIsKilledAndStartedAgainCostsNoAnswer() {
        try (Trial trial = Trial.of(stage, "kill -9")) {
            redis.kill();
            trial.runs(Duration.ofSeconds(4));
            long start = System.nanoTime();
            redis.start();
            trial.recoversSince(start);
            trial.end();
        }
    }

    @Test
    void aRedisThatIsFrozenForTenSecondsCostsNoAnswer() {
        try (Trial trial = Trial.of(stage, "SIGSTOP 10 s")) {
            redis.freeze();
            trial.runs(Duration.ofSeconds(10));
            redis.thaw();
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aRedisThatFreezesForLessThanTheTimeoutIsNotGivenUp() {
        double before = stage.losses();
        try (Trial trial = Trial.of(stage, "SIGSTOP 30 ms, 20 times")) {
            for (int i = 0; i < 20; i++) {
                redis.freezeFor(Duration.ofMillis(30));
                trial.runs(Duration.ofMillis(300));
            }
            trial.claims().assertThat(stage.losses()).as("losses of the link").isEqualTo(before);
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aRedisThatIsLoadingItsDataIsUsedOnceItHasThem() {
        redis.script(
                IntStream.range(0, 2_000).mapToObj(i -> "SET fill:" + i + " x").toArray(String[]::new));
        redis.cli("SAVE");
        try (Trial trial = Trial.of(stage, "LOADING")) {
            redis.kill();
            redis.startLoading(Duration.ofMillis(2));
            await("the end of the loading")
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> redis.cli("PING").equals("PONG"));
            trial.recovers();
            trial.end();
        }
    }
}
