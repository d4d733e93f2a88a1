package dev.tiercache.service.faults;

import dev.tiercache.service.faults.TcpProxy.Mode;
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

/** The network between the service and Redis is slow, loses everything, or resets connections. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NetworkFaultsProcessIT {

    private final RedisServer redis = RedisServer.running();
    private final TcpProxy network = TcpProxy.to(redis.port());
    private final Stage stage = Stage.of(Map.of("REDIS_URL", "redis://127.0.0.1:" + network.port()), network, redis);

    @AfterEach
    void repair() {
        network.delay(Duration.ZERO);
        network.become(Mode.PASS);
    }

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void aRedisThatAnswersAfterTheTimeoutIsGivenUpUntilItIsFastAgain() {
        try (Trial trial = Trial.of(stage, "slow by 60 ms")) {
            network.delay(Duration.ofMillis(30));
            trial.runs(Duration.ofSeconds(5));
            network.delay(Duration.ZERO);
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aNetworkThatLosesEveryByteCostsNoAnswer() {
        try (Trial trial = Trial.of(stage, "black hole")) {
            network.become(Mode.SWALLOW);
            trial.runs(Duration.ofSeconds(5));
            network.become(Mode.PASS);
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aNetworkThatResetsConnectionsCostsNoAnswer() {
        try (Trial trial = Trial.of(stage, "connection reset")) {
            network.become(Mode.RESET);
            trial.runs(Duration.ofSeconds(4));
            network.become(Mode.PASS);
            trial.recovers();
            trial.end();
        }
    }
}
