package dev.tiercache.service.cache;

import static dev.tiercache.service.cache.Instance.SETTINGS;
import static dev.tiercache.service.cache.Instance.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import dev.tiercache.service.redis.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cache on a real Redis that is well, away, frozen, refusing or full of rubbish. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TieredCacheProcessIT {

    private static final String KEY = "ir_v1:ann:AAPL";
    private static final String NAME = "ann:AAPL";
    /** The first connection of a link is rehearsed. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    private static final Duration RECOVERY = Duration.ofMillis(2500);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final RedisServer redis = RedisServer.stopped();
    private volatile String password = "";

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
    void aValueIsComputedOnceThenServedFromL1AndByAnotherInstanceFromL2() {
        Instance one = connected();
        Instance two = connected();

        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.L1);
        awaitKey();
        Served fromRedis = two.get(NAME);

        assertThat(fromRedis.layer()).isEqualTo(Layer.L2);
        assertThat(body(fromRedis)).isEqualTo("{\"computation\":1}");
        assertThat(two.get(NAME).layer()).isEqualTo(Layer.L1);
        assertThat(two.computed).hasValue(0);
    }

    @Test
    void whatIsInRedisIsOneReadableJsonObject() {
        connected().get(NAME);
        awaitKey();

        assertThat(redis.cli("GET", KEY))
                .matches(
                        "\\{\"v\":1,\"key\":\"ir_v1:ann:AAPL\",\"created_at\":\\d+,\"ttl_ms\":900000,"
                                + "\"compute_ms\":\\d+,\"tags\":\\[.*],\"crc32c\":\"[0-9a-f]{8}\",\"value\":\\{\"computation\":1}}");
        assertThat(Long.parseLong(redis.cli("PTTL", KEY))).isBetween(890_000L, 900_000L);
    }

    @Test
    void theTimeAValueSpentInOneInstanceIsTakenOffInTheNext() {
        CacheSettings brief = new CacheSettings("ir_v1:", 900_000, 3_000, 1 << 20, 0, 1_000, Degradation.L1_ONLY);
        Instance one = connected(brief);
        long created = one.get(NAME).value().createdAtMillis();
        awaitKey();
        await().until(() -> System.currentTimeMillis() - created > 1_000);
        Instance two = connected(brief);

        Served late = two.get(NAME);
        assertThat(late.layer()).isEqualTo(Layer.L2);
        assertThat(late.remainingMillis()).isLessThanOrEqualTo(2_000);

        // Early refresh would compute it anew at 80 % of its time; without a reader nothing does.
        await().until(() -> System.currentTimeMillis() - created > 3_000);
        assertThat(two.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void aKeyDeletedByHandLeavesL1AtOnce() {
        Instance one = connected();
        one.get(NAME);
        awaitKey();

        assertThat(redis.cli("DEL", KEY)).isEqualTo("1");

        await().atMost(Duration.ofSeconds(1)).until(() -> one.get(NAME).layer() == Layer.ORIGIN);
    }

    @Test
    void flushallLeavesNothingInL1() {
        Instance one = connected();
        one.get(NAME);
        one.get("bob:MSFT");
        awaitKey();

        redis.cli("FLUSHALL");

        await().atMost(Duration.ofSeconds(1)).until(() -> one.cache.l1Entries() == 0);
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void aValueComputedAnewByOneInstanceReplacesThatOfTheOther() {
        Instance one = connected();
        Instance two = connected();
        one.get(NAME);
        awaitKey();
        two.get(NAME);

        assertThat(two.get(NAME, true).refreshing()).isTrue();

        await().atMost(Duration.ofSeconds(2))
                .until(() -> one.get(NAME).value().createdAtMillis()
                                == two.get(NAME).value().createdAtMillis()
                        && two.computed.get() == 1);
        assertThat(one.computed).hasValue(1);
    }

    @Test
    void withoutRedisAtTheStartValuesAreComputedAndGivenToItWhenItComes() {
        redis.kill();
        Instance one = new Instance(redis.url());
        opened.add(one);

        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.L1);

        redis.start();
        await().atMost(FIRST).until(one::up);
        assertThat(one.get(NAME).layer()).isNotEqualTo(Layer.ORIGIN);
        awaitKey();
        assertThat(one.computed).hasValue(1);
    }

    @Test
    void aKilledRedisCostsNoRequestAnythingAndComesBackByItself() {
        Instance one = connected();
        one.get(NAME);
        awaitKey();

        redis.kill();
        await().atMost(RECOVERY).until(one::down);
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.L1);
        long start = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            assertThat(one.get("new:S" + i).layer()).isEqualTo(Layer.ORIGIN);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));

        redis.start();
        await().atMost(RECOVERY).until(one::up);
        // It came back empty: the value of before is computed anew, and shared again.
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
        awaitKey();
        // What was computed meanwhile has waited.
        await().atMost(RECOVERY).until(() -> redis.cli("DBSIZE").equals("101"));
    }

    @Test
    void aFrozenRedisIsNoticedThenCostsNothingAndComesBackByItself() {
        Instance one = connected(Instance.waiting(50));
        one.get(NAME);
        awaitKey();

        redis.freeze();
        long start = System.nanoTime();
        int asked = 0;
        while (one.asksRedis()) {
            assertThat(one.get("frozen:S" + asked++).layer()).isEqualTo(Layer.ORIGIN);
        }
        long waited = one.registry
                .get("ir.l2.latency")
                .tags("op", "get", "result", "timeout")
                .timer()
                .count();
        assertThat(waited).as("requests that waited, of " + asked).isBetween(4L, 6L);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        await().until(one::down);
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.L1);

        redis.thaw();
        await().atMost(RECOVERY).until(one::up);
        assertThat(one.get(NAME).value().body()).asString().contains("computation\":1}");
    }

    @Test
    void oneShortPauseUnderManyRequestsDoesNotEndTheConnection() throws Exception {
        Instance one = connected();
        Instance two = connected(Instance.waiting(200));
        for (int i = 0; i < 20; i++) {
            one.get("pause:S" + i);
        }
        await().until(() -> redis.cli("DBSIZE").equals("20"));

        redis.cli("CLIENT", "PAUSE", "800");
        List<Thread> requests = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String name = "pause:S" + i;
            requests.add(Thread.ofVirtual().start(() -> two.get(name)));
        }
        for (Thread request : requests) {
            request.join();
        }

        assertThat(two.computed).as("reads that were not answered in time").hasValueGreaterThan(5);
        assertThat(two.up()).isTrue();
        await().until(() -> redis.cli("PING").equals("PONG"));
        assertThat(two.count("ir.l2.reconnects")).isEqualTo(1);
    }

    @Test
    void aFrozenRedisIsNoticedWithoutAnyRequest() {
        Instance one = connected();

        redis.freeze();

        await().atMost(Duration.ofSeconds(6)).until(one::down);
    }

    @Test
    void aRefusedPasswordIsTriedAgainUntilItIsRight() {
        RedisServer guarded = RedisServer.running("--requirepass", "right");
        opened.add(guarded);
        password = "wrong";
        Instance one = new Instance(guarded.url(), () -> new Credentials("", password));
        opened.add(one);

        await().atMost(Duration.ofSeconds(3))
                .until(() -> one.cache.l2Status().lastError().contains("WRONGPASS"));
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
        assertThat(one.cache.l2Status().toString()).doesNotContain("wrong", "right");

        password = "right";
        await().atMost(FIRST).until(one::up);
    }

    @Test
    void anErrorOnTheWayToRedisIsNotTheEndOfTrying() {
        AtomicInteger asked = new AtomicInteger();
        Instance one = new Instance(redis.url(), () -> {
            if (asked.incrementAndGet() == 1) {
                throw new StackOverflowError("once");
            }
            return new Credentials("", "");
        });
        opened.add(one);

        await().atMost(FIRST).until(one::up);
        assertThat(asked).hasValueGreaterThan(1);
    }

    @Test
    void aRotatedPasswordIsUsedWithoutLosingTheConnection() {
        // redis-cli comes as the user default, who needs no password: every AUTH is the cache's.
        redis.cli("ACL", "SETUSER", "app", "on", ">old", "~*", "&*", "+@all");
        password = "old";
        Instance one = new Instance(redis.url(), () -> new Credentials("app", password));
        opened.add(one);
        await().atMost(FIRST).until(one::up);
        assertThat(redis.cli("INFO", "commandstats")).doesNotContain("cmdstat_auth:");

        redis.cli("ACL", "SETUSER", "app", "resetpass", ">new");
        password = "new";
        one.loginChanged();

        await().atMost(RECOVERY).until(() -> redis.cli("INFO", "commandstats").contains("cmdstat_auth:calls=1,"));
        assertThat(redis.cli("INFO", "commandstats")).containsPattern("cmdstat_auth:.*rejected_calls=0,failed_calls=0");
        one.get(NAME);
        awaitKey();
        assertThat(one.count("ir.l2.reconnects")).isEqualTo(1);
    }

    @Test
    void anUnreadableValueIsAMissThatIsRemovedAndCounted() {
        Instance one = connected();
        Instance two = connected();
        one.get(NAME);
        awaitKey();
        String good = redis.cli("GET", KEY);
        redis.cli("SET", KEY, good.replace("computation", "compUtation"));

        Served served = two.get(NAME);

        assertThat(served.layer()).isEqualTo(Layer.ORIGIN);
        assertThat(two.count("ir.cache.gets", "layer", "l2", "result", "unreadable"))
                .isEqualTo(1);
        await().atMost(Duration.ofSeconds(2)).until(() -> redis.cli("GET", KEY).contains("\"computation\":1"));
    }

    @Test
    void aKeyOfAnotherTypeIsReplaced() {
        redis.cli("LPUSH", KEY, "not", "a", "value");

        assertThat(connected().get(NAME).layer()).isEqualTo(Layer.ORIGIN);

        await().atMost(Duration.ofSeconds(2)).until(() -> redis.cli("TYPE", KEY).equals("string"));
    }

    @Test
    void aKeyDeletedWhileTheConnectionWasLostIsNotServedAfterwards() {
        Instance one = connected();
        one.get(NAME);
        awaitKey();

        // The connection dies and the key with it, in one step: no invalidation can arrive.
        redis.script("MULTI", "CLIENT KILL TYPE normal SKIPME yes", "DEL " + KEY, "EXEC");

        await().atMost(RECOVERY).until(() -> one.count("ir.l2.reconnects") == 2 && one.up());
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void aLostConnectionCostsNoValueThatIsStillInRedis() {
        Instance one = connected();
        one.get(NAME);
        awaitKey();

        redis.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        await().atMost(RECOVERY).until(() -> one.count("ir.l2.reconnects") == 2 && one.up());
        assertThat(one.get(NAME).layer()).as("confirmed").isEqualTo(Layer.L1);
        assertThat(one.computed).hasValue(1);
    }

    @Test
    void anotherPrefixMeansOtherKeysAndItsChangesAreHeard() {
        Instance one = connected();
        one.get(NAME);
        awaitKey();

        one.cache.apply(new CacheSettings("ir_v2:", 900_000, 900_000, 1 << 20, 0, 1_000, Degradation.L1_ONLY));

        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
        await().until(() -> redis.cli("EXISTS", "ir_v2:ann:AAPL").equals("1"));
        // Arming ends the epoch, which drops what came before. A hit of the new epoch can only leave by its
        // invalidation.
        await().atMost(RECOVERY).until(() -> one.epoch() == 2 && one.get(NAME).layer() == Layer.L1);
        assertThat(redis.cli("DEL", "ir_v2:ann:AAPL")).isEqualTo("1");

        await().atMost(Duration.ofSeconds(1)).until(() -> one.get(NAME).layer() == Layer.ORIGIN);
    }

    @Test
    void withDegradationFailNothingIsComputedWhileRedisIsAway() {
        Instance one = connected(new CacheSettings("ir_v1:", 900_000, 900_000, 1 << 20, 0, 1_000, Degradation.FAIL));
        one.get(NAME);
        redis.kill();
        await().atMost(RECOVERY).until(one::down);

        assertThat(one.get(NAME).layer()).isEqualTo(Layer.L1);
        assertThatThrownBy(() -> one.cache.get("bob:MSFT", false, () -> new byte[] {'{', '}'}))
                .isInstanceOfSatisfying(CacheException.class, e -> {
                    assertThat(e.reason()).isEqualTo(CacheException.Reason.L2_DOWN);
                    assertThat(e.retryAfter()).isPositive();
                });
    }

    @Test
    void aUserWhoMayNotAskForTheRoleUsesRedisAllTheSame() {
        redis.cli("ACL", "SETUSER", "default", "-role");

        connected().get(NAME);

        awaitKey();
    }

    @Test
    void aRedisThatRefusesWritesIsSaidToDoSoAndIsNotSaidToHoldValues() {
        Instance one = connected();
        assertThat(one.get("full:S0").way()).isEqualTo(new Served.Way(true, true, true));

        redis.cli("CONFIG", "SET", "maxmemory", "1");
        one.get("full:S1");
        await().until(() -> one.cache.l2Status().lastError().contains("OOM"));

        assertThat(one.up()).as("it is still read").isTrue();
        assertThat(one.cache.l2Status().degraded()).isTrue();
        assertThat(one.get("full:S2").way()).isEqualTo(new Served.Way(true, true, false));

        redis.cli("CONFIG", "SET", "maxmemory", "0");
        one.get("full:S3");
        await().until(() -> !one.cache.l2Status().degraded());
        assertThat(one.get("full:S4").way()).isEqualTo(new Served.Way(true, true, true));
    }

    @Test
    void aUserWithoutRightsUnderThePrefixIsAnErrorThatIsTold() {
        redis.cli("ACL", "SETUSER", "default", "resetkeys", "~other:*");
        Instance one = new Instance(redis.url());
        opened.add(one);

        await().atMost(Duration.ofSeconds(3))
                .until(() -> one.cache.l2Status().lastError().contains("NOPERM"));
        assertThat(one.get(NAME).way()).isEqualTo(new Served.Way(false, true, false));

        redis.cli("ACL", "SETUSER", "default", "allkeys");
        await().atMost(FIRST).until(one::up);
    }

    @Test
    void aReplicaIsNotUsed() {
        RedisServer replica = RedisServer.running("--replicaof", "127.0.0.1 " + redis.port());
        opened.add(replica);
        Instance one = new Instance(replica.url());
        opened.add(one);

        await().atMost(Duration.ofSeconds(3))
                .until(() -> one.cache.l2Status().lastError().contains("not a master"));
        assertThat(one.get(NAME).layer()).isEqualTo(Layer.ORIGIN);
    }

    private Instance connected() {
        return connected(SETTINGS);
    }

    private Instance connected(CacheSettings settings) {
        Instance instance = new Instance(redis.url(), () -> new Credentials("", ""), null, settings);
        opened.add(instance);
        await().atMost(FIRST).until(instance::up);
        return instance;
    }

    private void awaitKey() {
        await().atMost(Duration.ofSeconds(2))
                .until(() -> redis.cli("EXISTS", KEY).equals("1"));
    }
}
