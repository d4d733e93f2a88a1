package dev.tiercache.service.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Sentinel fails over from a master that is dead or frozen, or is away itself. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class SentinelFaultsProcessIT {

    private final SentinelSet sentinel = SentinelSet.running();
    private final Stage stage = Stage.of(Map.of("REDIS_URL", sentinel.url()), sentinel);

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void afterTheDeathOfTheMasterTheNextOneIsUsed() {
        RedisServer master = sentinel.master();
        try (Trial trial = Trial.of(stage, "failover, dead master")) {
            master.kill();
            sentinel.awaitOtherMaster(master);
            trial.recovers();
            trial.end();
        } finally {
            master.start();
            sentinel.awaitSettled();
        }
    }

    @Test
    void whenTheMasterIsFrozenTheNextOneIsUsed() {
        RedisServer master = sentinel.master();
        try (Trial trial = Trial.of(stage, "failover, frozen master")) {
            master.freeze();
            sentinel.awaitOtherMaster(master);
            trial.recovers();
            trial.runs(Duration.ofSeconds(2));
            // It still believes that it is the master.
            master.thaw();
            trial.runs(Duration.ofSeconds(2));
            assertThat(stage.nodes()).as("instances that use Redis").allMatch(Node::up);
            trial.end();
        } finally {
            master.thaw();
            sentinel.awaitSettled();
        }
    }

    @Test
    void withoutAnySentinelTheMasterIsUsedAsBefore() {
        double before = stage.losses();
        try (Trial trial = Trial.of(stage, "no Sentinel")) {
            sentinel.killSentinels();
            trial.runs(Duration.ofSeconds(5));
            sentinel.startSentinels();
            trial.recovers();
            trial.claims().assertThat(stage.losses()).as("losses of the link").isEqualTo(before);
            trial.end();
        }
    }
}
