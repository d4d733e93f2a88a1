package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Something is away when the service starts, and comes later. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class StartFaultsProcessIT {

    @Test
    void aRedisThatComesAfterTheServiceIsUsed() {
        try (RedisServer redis = RedisServer.stopped();
                Stage stage = Stage.of(Map.of("REDIS_URL", redis.url()));
                Trial trial = Trial.ofDown(stage, "Redis down at start")) {
            trial.runs(Duration.ofSeconds(5));
            redis.start();
            // The first connection of a process, whose code for that has never run, under load: it rehearses for 2.5 s
            // at most.
            trial.recoversWithin(Duration.ofSeconds(4));
            trial.end();
        }
    }

    @Test
    void sentinelsThatComeAfterTheServiceAreAsked() {
        try (SentinelSet sentinel = SentinelSet.withoutSentinels();
                Stage stage = Stage.of(Map.of("REDIS_URL", sentinel.url()));
                Trial trial = Trial.ofDown(stage, "Sentinels down at start")) {
            trial.runs(Duration.ofSeconds(5));
            sentinel.launchSentinels();
            await("a Sentinel that answers")
                    .atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(5))
                    .until(sentinel::anySentinel);
            // The first connection of a process, by way of three Sentinels that have just started beside it and the
            // load.
            trial.recoversWithin(Duration.ofSeconds(5));
            trial.end();
        }
    }
}
