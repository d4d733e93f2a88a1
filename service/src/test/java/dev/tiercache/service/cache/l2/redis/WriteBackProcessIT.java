package dev.tiercache.service.cache.l2.redis;

import static dev.tiercache.service.cache.l2.redis.Client.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written while a real Redis is away arrives when it is back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WriteBackProcessIT {

    private static final String KEY = "ir_v1:ann:AAPL";
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RedisServer redis = RedisServer.stopped();
    private final Client one = new Client(redis);

    @BeforeEach
    void connect() {
        redis.start();
        one.awaitUp();
    }

    @AfterEach
    void close() {
        one.close();
        redis.close();
    }

    @Test
    void theLatestValueOfEachKeyArrives() {
        redis.kill();
        one.awaitDown();
        assertThat(one.l2.put(entry(KEY, 1_000))).isEqualTo(L2.Write.QUEUED);
        assertThat(one.l2.put(entry(KEY, 2_000))).isEqualTo(L2.Write.QUEUED);
        assertThat(one.l2.put(entry("ir_v1:bob:MSFT", 1_000))).isEqualTo(L2.Write.QUEUED);
        assertThat(one.depth("l2_writeback")).isEqualTo(2);
        assertThat(one.l2.status().writesWaiting()).isEqualTo(2);

        redis.start();

        await().atMost(SOON).until(() -> one.createdAt(KEY) == 2_000 && one.createdAt("ir_v1:bob:MSFT") == 1_000);
        await().atMost(SOON).until(() -> one.depth("l2_writeback") == 0);
        assertThat(one.keys).as("what it wrote itself").isEmpty();
    }

    @Test
    void aNewerValueOfAnotherInstanceStays() {
        redis.kill();
        one.awaitDown();
        one.l2.put(entry(KEY, 1_000));
        one.l2.put(entry("ir_v1:behind", 1_000));
        redis.start();
        try (Client two = Client.connected(redis)) {
            two.l2.put(entry(KEY, 2_000));
            await().atMost(SOON).until(() -> two.createdAt("ir_v1:behind") == 1_000);
            await().atMost(SOON).until(() -> two.createdAt(KEY) == 2_000);
        }
        await().atMost(SOON).until(() -> one.depth("l2_writeback") == 0);
        await().atMost(SOON).until(one.l2::up);
        assertThat(one.createdAt(KEY)).isEqualTo(2_000);
    }

    @Test
    void whatIsExpiredOrNotToBeWrittenAnyMoreDoesNotArrive() {
        one.mayWrite = entry -> !entry.key().endsWith("purged");
        redis.kill();
        one.awaitDown();
        one.l2.put(new L2.Entry("ir_v1:expired", entry("ir_v1:expired", 1).bytes(), 1, System.currentTimeMillis() - 1));
        one.l2.put(entry("ir_v1:purged", 1_000));
        one.l2.put(entry("ir_v1:behind", 1_000));

        redis.start();

        await().atMost(SOON).until(() -> one.createdAt("ir_v1:behind") == 1_000);
        assertThat(one.read("ir_v1:expired")).isEqualTo("absent");
        assertThat(one.read("ir_v1:purged")).isEqualTo("absent");
    }

    @Test
    void aWriteUnderWhichTheConnectionBreaksIsTriedAgain() {
        redis.freeze();
        assertThat(one.l2.put(entry(KEY, 1_000))).isEqualTo(L2.Write.SENT);
        redis.kill();
        one.awaitDown();
        redis.start();

        await().atMost(SOON).until(() -> one.createdAt(KEY) == 1_000);
    }

    @Test
    void aWriteThatWasNotAnsweredArrivesAlsoWhenTheConnectionHeld() {
        redis.freeze();
        one.l2.put(entry(KEY, 1_000));
        await().atMost(SOON).until(() -> one.depth("l2_writeback") == 1);
        redis.thaw();

        await().atMost(SOON).until(() -> one.l2.up() && one.createdAt(KEY) == 1_000);
        await().atMost(SOON).until(() -> one.depth("l2_writeback") == 0);
    }

    @Test
    void itGoesOnAfterAnotherBreakAndLeavesRequestsTheirTurn() {
        redis.kill();
        one.awaitDown();
        int many = 2_000;
        for (int i = 0; i < many; i++) {
            one.l2.put(entry("ir_v1:u" + i, 1_000));
        }
        long start = System.nanoTime();
        redis.start();
        one.awaitUp();
        await().atMost(SOON).until(() -> one.depth("l2_writeback") < many - 100);
        redis.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        await().atMost(Duration.ofSeconds(30)).until(() -> one.depth("l2_writeback") == 0);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(many * 1000 / 500));
        await().atMost(SOON).until(() -> redis.cli("DBSIZE").equals(Integer.toString(many)));
    }

    @Test
    void whatWaitsIsWrittenBeforeTheEnd() {
        redis.kill();
        one.awaitDown();
        for (int i = 0; i < 500; i++) {
            one.l2.put(entry("ir_v1:u" + i, 1_000));
        }
        redis.start();
        one.awaitUp();
        for (int i = 0; i < 100; i++) {
            one.l2.put(entry("ir_v1:sent" + i, 1_000));
        }

        one.close();

        assertThat(redis.cli("DBSIZE")).isEqualTo("600");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEndDoesNotWaitLongForARedisThatDoesNotAnswer(boolean frozen) {
        redis.freeze();
        one.l2.put(entry(KEY, 1_000));
        if (!frozen) {
            redis.kill();
            one.awaitDown();
        }
        long start = System.nanoTime();

        one.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void whatRedisRefusesIsDroppedAndCounted() {
        try (RedisServer full = RedisServer.stopped("--maxmemory", "1");
                Client two = new Client(full)) {
            assertThat(two.l2.put(entry(KEY, 1_000))).isEqualTo(L2.Write.QUEUED);
            full.start();

            await().atMost(SOON)
                    .until(() ->
                            two.registry.get("ir.l2.writes.dropped").counter().count() == 1);
            assertThat(two.depth("l2_writeback")).isZero();
            assertThat(two.l2.status().lastError()).contains("OOM");
        }
    }
}
