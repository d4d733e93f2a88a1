package dev.tiercache.service.cache.l2.redis;

import static dev.tiercache.service.cache.l2.redis.Client.WAIT;
import static dev.tiercache.service.cache.l2.redis.Client.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2.Purge;
import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Purges reach every instance of a real Redis, those that are away when they are back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PurgesProcessIT {

    private static final String PURGES = "tiercache:purges:ir_v1:";
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final long NOW = System.currentTimeMillis();
    private static final Purge ANN = new Purge("user:ann", NOW);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RedisServer redis = RedisServer.stopped();

    @BeforeEach
    void startRedis() {
        redis.start();
        opened.add(redis);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void aPurgeDeletesWhatItIsAboutAndIsHeardByAll() {
        Client one = client();
        Client two = client();
        redis.cli(
                "EVAL",
                "for i = 1, 2000 do redis.call('SET', 'ir_v1:ann:S' .. i, 'x') redis.call('SET', 'ir_v1:bob:S' .. i, 'x') end",
                "0");
        redis.cli("SET", "other:ann:AAPL", "x");

        long deleted = one.l2.purge(ANN, key -> key.contains(":ann:"), WAIT);

        assertThat(deleted).isEqualTo(2_000);
        assertThat(redis.cli("EXISTS", "other:ann:AAPL", "ir_v1:bob:S1", "ir_v1:ann:S1"))
                .isEqualTo("2");
        await().atMost(SOON).until(() -> two.purges.contains(ANN));
        assertThat(redis.cli("HGET", PURGES, "user:ann")).isEqualTo(Long.toString(NOW));
    }

    @Test
    void anInstanceHearsOfAllPurgesBeforeItsLinkIsUp() {
        client().l2.purge(ANN, key -> false, WAIT);
        client().l2.purge(new Purge("symbol:AAPL", NOW - 5), key -> false, WAIT);

        Client late = client();

        assertThat(late.purges).containsExactlyInAnyOrder(ANN, new Purge("symbol:AAPL", NOW - 5));
    }

    @Test
    void theLaterPurgeOfAScopeWins() {
        Client one = client();
        Client two = client();
        one.l2.purge(ANN, key -> false, WAIT);
        one.l2.purge(new Purge("user:ann", NOW - 1_000), key -> false, WAIT);
        Purge later = new Purge("user:ann", NOW + 1_000);
        one.l2.purge(later, key -> false, WAIT);

        await().atMost(SOON).until(() -> two.purges.contains(later));
        assertThat(two.purges).doesNotContain(new Purge("user:ann", NOW - 1_000));
        assertThat(redis.cli("HGETALL", PURGES).lines()).containsExactly("user:ann", Long.toString(NOW + 1_000));
    }

    @Test
    void aPurgeWhileRedisIsAwayIsPublishedWhenItIsBackAndBeforeWhatWaitedIsWritten() {
        Client one = client();
        redis.kill();
        one.awaitDown();
        one.l2.put(entry("ir_v1:ann:AAPL", NOW - 1));

        assertThat(one.l2.purge(ANN, key -> true, WAIT)).isEqualTo(-1);
        redis.start();
        Client two = client();

        await().atMost(SOON).until(() -> two.purges.contains(ANN));
        await().atMost(SOON).until(() -> one.order.size() >= 2);
        assertThat(one.order).first().isEqualTo("purged");
        assertThat(one.order).contains("mayWrite ir_v1:ann:AAPL");
        assertThat(one.gauge("ir.l2.purges.pending")).isZero();
    }

    @Test
    void oldPurgesAreForgotten() {
        redis.script(
                "HSET " + PURGES + " user:old " + (NOW - Duration.ofDays(31).toMillis()),
                "HSET " + PURGES + " user:rubbish nonsense");

        client().l2.purge(ANN, key -> false, WAIT);

        assertThat(redis.cli("HKEYS", PURGES)).isEqualTo("user:ann");
        assertThat(Long.parseLong(redis.cli("TTL", PURGES))).isBetween(2_500_000L, 2_592_000L);
    }

    @Test
    void tooManyPurgesBecomeOneOfEverything() {
        redis.cli(
                "EVAL",
                "for i = 1, 10000 do redis.call('HSET', KEYS[1], 'user:u' .. i, ARGV[1]) end",
                "1",
                PURGES,
                Long.toString(NOW - 7));
        Client one = client();
        Client two = client();
        assertThat(two.purges).hasSize(10_000);

        one.l2.purge(ANN, key -> false, WAIT);

        await().atMost(SOON).until(() -> two.purges.contains(new Purge(Purge.EVERYTHING, NOW)));
        assertThat(redis.cli("HKEYS", PURGES)).isEqualTo("*");
    }

    @Test
    void somethingElseUnderThePurgesKeyIsReplaced() {
        redis.cli("SET", PURGES, "x");
        Client one = client();

        assertThat(one.l2.purge(ANN, key -> false, WAIT)).isZero();

        assertThat(redis.cli("HKEYS", PURGES)).isEqualTo("user:ann");
    }

    @Test
    void aPrefixThatMeetsThePurgesThemselvesIsWatchedAllTheSame() {
        Client one = client("t");
        Client two = client("t");
        redis.cli("SET", "tom:AAPL", "x");
        var lock = one.l2.tryLock("tom:AAPL", Duration.ofMinutes(1), WAIT);
        one.l2.noteRecent(List.of("tom:AAPL"));

        assertThat(one.l2.purge(ANN, key -> true, WAIT)).isEqualTo(1);

        await().atMost(SOON).until(() -> two.purges.contains(ANN));
        await().atMost(SOON).until(() -> two.keys.contains("tom:AAPL"));
        assertThat(two.l2.tryLock("tom:AAPL", WAIT, WAIT)).isEqualTo(new L2.Lock.Held());
        assertThat(lock).isInstanceOf(L2.Lock.Acquired.class);
    }

    @Test
    void purgesOfTheNewPrefixAreKnownAfterAChange() {
        Client one = client();
        Client two = client("next:");
        two.l2.purge(ANN, key -> false, WAIT);

        one.l2.watch("next:");

        await().atMost(SOON).until(() -> one.purges.contains(ANN));
        two.l2.purge(new Purge("user:bob", NOW), key -> false, WAIT);
        await().atMost(SOON).until(() -> one.purges.contains(new Purge("user:bob", NOW)));
    }

    @Test
    void aUserWhoMayNotSharePurgesIsServedAndTheStatusSaysWhatIsMissing() {
        redis.cli("ACL", "SETUSER", "plain", "on", ">secret", "~ir_v1:*", "&*", "+@all");
        Client plain = new Client(redis.url(), Client.PREFIX, "plain", "secret");
        opened.add(plain);
        plain.awaitUp();

        assertThat(plain.l2.purge(ANN, key -> true, WAIT)).isEqualTo(-1);
        plain.l2.put(entry("ir_v1:ann:AAPL", 1));
        await().atMost(SOON).until(() -> plain.createdAt("ir_v1:ann:AAPL") == 1);
        assertThat(plain.l2.status().lastError()).contains("NOPERM");
    }

    private Client client() {
        return client(Client.PREFIX);
    }

    private Client client(String prefix) {
        Client client = new Client(redis.url(), prefix, "", "");
        opened.add(client);
        client.awaitUp();
        return client;
    }
}
