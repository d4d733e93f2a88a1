package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a new connection to a real Redis finds confirmed already: a hit asks nobody, so it is one of the new epoch. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RecheckProcessIT {

    private static final Duration RECOVERY = Duration.ofMillis(2500);
    /** Of more than one batch. */
    private static final List<String> NAMES =
            IntStream.range(0, 120).mapToObj(i -> "ann:S" + i).toList();

    private final RedisServer redis = RedisServer.stopped();
    private Instance one;

    @BeforeEach
    void connect() {
        redis.start();
        one = new Instance(redis.url());
        await().atMost(Duration.ofSeconds(10)).until(one::up);
        NAMES.forEach(one::get);
        await("all is in Redis").until(() -> redis.cli("DBSIZE").equals("120"));
    }

    @AfterEach
    void close() {
        one.close();
        redis.close();
    }

    @Test
    void whatRedisStillHasIsAHitAtOnceAndWhatItLostIsNot() {
        redis.script("CLIENT KILL TYPE normal SKIPME yes", "DEL ir_v1:ann:S7", "SET ir_v1:ann:S8 rubbish");
        await().atMost(RECOVERY).until(() -> one.count("ir.l2.reconnects") == 2 && one.up());

        assertThat(NAMES).filteredOn(name -> !isHit(name)).containsExactly("ann:S7", "ann:S8");
        assertThat(one.get("ann:S7").layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void whatWasComputedWhileRedisWasAwayIsAHitAtOnceAndGivenToIt() {
        redis.kill();
        await().until(one::down);
        List<String> away = IntStream.range(0, 60).mapToObj(i -> "bob:S" + i).toList();
        away.forEach(one::get);

        redis.start();
        await().atMost(RECOVERY).until(one::up);

        assertThat(away).allMatch(this::isHit);
        assertThat(NAMES).as("lost with the memory of Redis").noneMatch(this::isHit);
        await("all of it is in Redis").until(() -> redis.cli("DBSIZE").equals("60"));
    }

    private boolean isHit(String name) {
        return one.cache.hit(name, false, () -> new byte[0]) != null;
    }
}
