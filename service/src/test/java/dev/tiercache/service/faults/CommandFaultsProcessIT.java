package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** Somebody's command takes from a healthy Redis its data, its clients, its time, its memory or its role. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class CommandFaultsProcessIT {

    private final RedisServer redis = RedisServer.running();
    private final Stage stage = Stage.of(Map.of("REDIS_URL", redis.url()), redis);

    @AfterEach
    void repair() {
        redis.cli("CLIENT", "UNPAUSE");
        redis.cli("CONFIG", "SET", "maxmemory", "0");
        redis.cli("REPLICAOF", "NO", "ONE");
    }

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void emptyingRedisCostsNoAnswerAndNoConnection() {
        double before = stage.losses();
        try (Trial trial = Trial.of(stage, "FLUSHALL, 5 times")) {
            for (int i = 0; i < 5; i++) {
                redis.cli("FLUSHALL");
                trial.runs(Duration.ofSeconds(1));
            }
            trial.recovers();
            trial.claims().assertThat(stage.losses()).as("losses of the link").isEqualTo(before);
            trial.end();
        }
    }

    @Test
    void endingAllConnectionsAgainAndAgainCostsNoAnswer() {
        try (Trial trial = Trial.of(stage, "CLIENT KILL, 15 times")) {
            for (int i = 0; i < 15; i++) {
                redis.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                trial.runs(Duration.ofMillis(300));
            }
            redis.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aRedisThatPausesItsClientsIsUsedOnceItGoesOn() {
        try (Trial trial = Trial.of(stage, "CLIENT PAUSE 3 s")) {
            long start = System.nanoTime();
            redis.cli("CLIENT", "PAUSE", "3000", "ALL");
            trial.runs(Duration.ofMillis(2500));
            // A command that waits for the end of the pause.
            redis.cli("PING");
            trial.claims()
                    .assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("the pause")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(2900));
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aRedisThatIsFullIsStillReadAndSaidToBeDegraded() {
        double before = stage.losses();
        try (Trial trial = Trial.of(stage, "maxmemory reached")) {
            double hits = stage.nodes().stream().mapToDouble(Node::l2Hits).sum();
            redis.cli("CONFIG", "SET", "maxmemory", "1");
            trial.runs(Duration.ofMillis(1500));
            trial.claims()
                    .assertThat(stage.nodes().stream().mapToDouble(Node::l2Hits).sum())
                    .as("hits while Redis is full")
                    .isGreaterThan(hits);
            await("both instances degraded")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> stage.nodes().stream().allMatch(Node::degraded));
            trial.runs(Duration.ofSeconds(2));
            redis.cli("CONFIG", "SET", "maxmemory", "0");
            long back = System.nanoTime();
            await("both instances well")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> stage.nodes().stream().noneMatch(Node::degraded));
            trial.recoversSince(back);
            trial.claims().assertThat(stage.losses()).as("losses of the link").isEqualTo(before);
            trial.end();
        }
    }

    @Test
    void aRedisThatBecomesAReplicaIsNotUsedUntilItIsAMasterAgain() {
        try (Trial trial = Trial.of(stage, "READONLY")) {
            // Nobody listens there, so that its data stay as they are.
            redis.cli("REPLICAOF", "127.0.0.1", "1");
            await("both instances degraded")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> stage.nodes().stream().allMatch(Node::degraded));
            trial.runs(Duration.ofSeconds(4));
            redis.cli("REPLICAOF", "NO", "ONE");
            trial.recovers();
            trial.end();
        }
    }
}
