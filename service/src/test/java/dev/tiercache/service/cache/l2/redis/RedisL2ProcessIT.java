package dev.tiercache.service.cache.l2.redis;

import static dev.tiercache.service.cache.l2.redis.Client.HOUR;
import static dev.tiercache.service.cache.l2.redis.Client.WAIT;
import static dev.tiercache.service.cache.l2.redis.Client.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.model.L2Format;
import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values, locks, keys read often and the clock, on a real Redis. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RedisL2ProcessIT {

    private static final String KEY = "ir_v1:ann:AAPL";
    private static final Duration SOON = Duration.ofSeconds(5);

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
    void keysAreReadTogetherAndAnsweredInTheirOrder() {
        redis.cli("SET", "ir_v1:a", "1");
        redis.cli("SET", "ir_v1:c", "3");
        redis.cli("RPUSH", "ir_v1:list", "x");

        List<L2.Reply> replies = one.l2.getAll(List.of("ir_v1:c", "ir_v1:b", "ir_v1:list", "ir_v1:a"), WAIT);

        assertThat(replies).hasSize(4);
        assertThat(((L2.Reply.Found) replies.get(0)).bytes()).containsExactly('3');
        assertThat(replies.subList(1, 3)).containsOnly(new L2.Reply.Absent());
        assertThat(((L2.Reply.Found) replies.get(3)).bytes()).containsExactly('1');
        assertThat(redis.cli("INFO", "commandstats")).contains("cmdstat_mget:calls=1,");
    }

    @Test
    void withoutRedisEveryKeyIsUnavailable() {
        redis.kill();
        one.awaitDown();

        assertThat(one.l2.getAll(List.of("ir_v1:a", "ir_v1:b"), WAIT))
                .containsExactly(new L2.Reply.Unavailable(), new L2.Reply.Unavailable());
        assertThat(one.l2.tryLock(KEY, WAIT, WAIT)).isEqualTo(new L2.Lock.Unavailable());
        assertThat(one.l2.recentKeys(10, WAIT)).isEmpty();
        assertThat(one.l2.putIfNewer(entry(KEY, 1))).isEqualTo(L2.Write.DROPPED);
    }

    @Test
    void aValueExpiresWhenItsEntrySaysSo() {
        long expires = System.currentTimeMillis() + HOUR;
        L2.Entry value = entry(KEY, 1);

        one.l2.put(new L2.Entry(KEY, value.bytes(), 1, expires));

        await().atMost(SOON).until(() -> redis.cli("PEXPIRETIME", KEY).equals(Long.toString(expires)));
    }

    @ParameterizedTest
    @EnumSource
    void aValueIsWrittenOverAnOlderOneAndNotOverANewer(L2Format format) {
        one.l2.put(entry(KEY, 2_000, format));
        await().atMost(SOON).until(() -> one.createdAt(KEY) == 2_000);

        one.l2.putIfNewer(entry(KEY, 1_000, L2Format.JSON));
        one.l2.putIfNewer(entry("ir_v1:behind", 1_000));
        await().atMost(SOON).until(() -> one.createdAt("ir_v1:behind") == 1_000);
        assertThat(one.createdAt(KEY)).isEqualTo(2_000);

        one.l2.putIfNewer(entry(KEY, 3_000, format));
        await().atMost(SOON).until(() -> one.createdAt(KEY) == 3_000);
        assertThat(Long.parseLong(redis.cli("PTTL", KEY))).isBetween(HOUR - 60_000, HOUR);
    }

    @Test
    void aValueIsWrittenOverWhatIsNoValue() {
        redis.cli("SET", "ir_v1:text", "rubbish");
        redis.cli("SET", "ir_v1:short", "TC\u0001");
        redis.cli("RPUSH", "ir_v1:list", "x");

        for (String key : List.of("ir_v1:text", "ir_v1:short", "ir_v1:list")) {
            one.l2.putIfNewer(entry(key, 1_000));
            await(key).atMost(SOON).until(() -> one.createdAt(key) == 1_000);
        }
    }

    @Test
    void whatAnInstanceWritesItselfItIsNotToldOf() {
        try (Client two = Client.connected(redis)) {
            one.l2.putIfNewer(entry(KEY, 1_000));

            await().atMost(SOON).until(() -> two.keys.contains(KEY));
            assertThat(one.keys).isEmpty();
        }
    }

    @Test
    void aUserWithoutScriptsWritesWhatIsAbsentAndGetsNoLocks() {
        redis.cli("ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", "-@scripting");
        try (Client plain = new Client(redis.url(), Client.PREFIX, "plain", "secret")) {
            plain.awaitUp();
            plain.l2.putIfNewer(entry(KEY, 1_000));
            await().atMost(SOON).until(() -> plain.createdAt(KEY) == 1_000);

            plain.l2.putIfNewer(entry(KEY, 2_000));
            plain.l2.putIfNewer(entry("ir_v1:behind", 1_000));
            await().atMost(SOON).until(() -> plain.createdAt("ir_v1:behind") == 1_000);
            assertThat(plain.createdAt(KEY)).isEqualTo(1_000);

            assertThat(plain.l2.tryLock(KEY, WAIT, WAIT)).isEqualTo(new L2.Lock.Unavailable());
            assertThat(plain.l2.status().degraded()).isFalse();
        }
    }

    @Test
    void aLockIsHeldUntilItIsGivenBack() {
        try (Client two = Client.connected(redis)) {
            var lock = (L2.Lock.Acquired) one.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT);
            assertThat(two.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT)).isEqualTo(new L2.Lock.Held());
            assertThat(two.l2.tryLock("ir_v1:other", Duration.ofMinutes(1), WAIT))
                    .isInstanceOf(L2.Lock.Acquired.class);

            one.l2.release(lock);

            await().atMost(SOON)
                    .until(() -> two.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT) instanceof L2.Lock.Acquired);
        }
    }

    @Test
    void aLockIsKeptAsLongAsItsHolderWorks() {
        try (Client two = Client.connected(redis)) {
            var lock = (L2.Lock.Acquired) one.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT);

            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> two.l2.tryLock(KEY, WAIT, WAIT).equals(new L2.Lock.Held()));
            assertThat(Long.parseLong(redis.cli("PTTL", KeyNames.lock(KEY)))).isBetween(1L, 300L);

            one.l2.release(lock);
        }
    }

    @Test
    void aLockEndsWithTheConnectionOfItsHolder() {
        var unused = one.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT);

        redis.cli("CLIENT", "KILL", "TYPE", "normal");

        await().atMost(SOON).until(() -> redis.cli("EXISTS", KeyNames.lock(KEY)).equals("0"));
    }

    @Test
    void aLockIsGivenUpAfterTheLongestTime() {
        var unused = one.l2.tryLock(KEY, Duration.ofMillis(600), WAIT);

        await().atMost(SOON).until(() -> redis.cli("EXISTS", KeyNames.lock(KEY)).equals("0"));
    }

    @Test
    void aLockIsGivenBackAfterWhatWasWrittenBefore() {
        try (Client two = Client.connected(redis)) {
            for (int i = 1; i <= 50; i++) {
                var lock = (L2.Lock.Acquired) one.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT);
                one.l2.put(entry(KEY, i));
                one.l2.release(lock);
                await().atMost(SOON)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> two.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT) instanceof L2.Lock.Acquired);
                assertThat(two.createdAt(KEY)).isEqualTo(i);
                redis.cli("DEL", KeyNames.lock(KEY));
            }
        }
    }

    @Test
    void aLostLockIsNotTakenFromItsNextOwner() {
        try (Client two = Client.connected(redis)) {
            var lost = (L2.Lock.Acquired) one.l2.tryLock(KEY, Duration.ofMillis(50), WAIT);
            await().atMost(SOON)
                    .until(() -> two.l2.tryLock(KEY, Duration.ofMinutes(1), WAIT) instanceof L2.Lock.Acquired);

            one.l2.release(lost);
            one.l2.put(entry("ir_v1:behind", 1));
            await().atMost(SOON).until(() -> one.createdAt("ir_v1:behind") == 1);

            assertThat(one.l2.tryLock(KEY, WAIT, WAIT)).isEqualTo(new L2.Lock.Held());
        }
    }

    @Test
    void aLockThatWasNotAnsweredInTimeDoesNotStay() {
        redis.freeze();
        assertThat(one.l2.tryLock(KEY, Duration.ofMinutes(10), Duration.ofMillis(20)))
                .isEqualTo(new L2.Lock.Unavailable());
        redis.thaw();

        await().atMost(SOON).until(() -> redis.cli("EXISTS", KeyNames.lock(KEY)).equals("0"));
    }

    @Test
    void keysReadOftenAreKnownLatestFirstAndBounded() {
        List<String> many = IntStream.range(0, RecentKeys.MAX_NOTED + 10)
                .mapToObj(i -> "ir_v1:u" + i)
                .toList();
        one.l2.noteRecent(many);
        await().atMost(SOON).until(() -> one.l2.recentKeys(5_000, WAIT).size() == RecentKeys.MAX_NOTED);
        await().atMost(SOON).until(() -> {
            one.l2.noteRecent(List.of(KEY));
            return one.l2.recentKeys(1, WAIT).equals(List.of(KEY));
        });

        for (int i = 0; i < 5; i++) {
            int round = i;
            one.l2.noteRecent(many.stream().map(key -> key + ":" + round).toList());
        }
        await().atMost(SOON)
                .until(() ->
                        redis.cli("ZCARD", "tiercache:recent:ir_v1:").equals(Integer.toString(RecentKeys.MAX_KEYS)));
        assertThat(Long.parseLong(redis.cli("TTL", "tiercache:recent:ir_v1:"))).isBetween(86_000L, 86_400L);
    }

    @Test
    void theClockOfRedisIsToldEverySecond() {
        int before = one.clock.size();
        assertThat(before).isGreaterThanOrEqualTo(1);

        await().atMost(Duration.ofSeconds(10)).until(() -> one.clock.size() >= before + 2);
        long seconds = Long.parseLong(redis.cli("TIME").lines().toList().getFirst());
        assertThat(one.clock.getLast()).isCloseTo(seconds * 1000, within(10_000L));
        for (int i = 1; i < one.clock.size(); i++) {
            // Each is known but for half a round trip, which is 100 ms at most.
            assertThat(one.clock.get(i)).isGreaterThan(one.clock.get(i - 1) - 100);
        }
    }

    @Test
    void aUserWhoMayNotAskForTheTimeIsServedAllTheSame() {
        redis.cli("ACL", "SETUSER", "plain", "on", ">secret", "~*", "&*", "+@all", "-time");
        try (Client plain = new Client(redis.url(), Client.PREFIX, "plain", "secret")) {
            plain.awaitUp();

            assertThat(plain.clock).isEmpty();
            assertThat(plain.l2.status().degraded()).isFalse();
            assertThat(plain.l2.status().state()).isEqualTo(L2State.UP);
        }
    }
}
