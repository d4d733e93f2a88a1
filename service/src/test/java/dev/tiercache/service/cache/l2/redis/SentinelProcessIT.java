package dev.tiercache.service.cache.l2.redis;

import static dev.tiercache.service.cache.l2.redis.Client.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.redis.RedisServer;
import dev.tiercache.service.redis.SelfSigned;
import dev.tiercache.service.redis.SentinelServer;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The link follows the master that real Sentinels name. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SentinelProcessIT {

    private static final String KEY = "ir_v1:ann:AAPL";
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration FAILOVER = Duration.ofSeconds(30);

    /** What a switch may cost: clients compute meanwhile. */
    private static final Duration AFTER_SWITCH = Duration.ofSeconds(1);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<SentinelServer> sentinels = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "frozen"})
    void theNewMasterIsUsedWithinASecondOfTheSwitch(String how) {
        RedisServer old = opened(RedisServer.running());
        RedisServer replica = watched(old);
        Client one = connected(url());
        one.l2.put(entry(KEY, 1_000));
        await().atMost(SOON).until(() -> replica.cli("EXISTS", KEY).equals("1"));

        if (how.equals("killed")) {
            old.kill();
        } else {
            old.freeze();
        }
        awaitSwitch(replica);
        long start = System.nanoTime();
        // Right after the switch the link to a frozen master may still count as up.
        await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(() -> uses(replica) && one.l2.up());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(AFTER_SWITCH);
        assertThat(one.createdAt(KEY)).isEqualTo(1_000);

        // It comes back as the master that it was, until a Sentinel tells it otherwise.
        if (how.equals("killed")) {
            old.start();
        } else {
            old.thaw();
        }
        await().atMost(FAILOVER).until(() -> {
            if (how.equals("killed")) {
                assertThat(uses(old)).isFalse();
            }
            return old.cli("ROLE").startsWith("slave");
        });
        await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> !uses(old) && one.l2.up());
        assertThat(one.l2.epoch()).isEqualTo(2);
        assertThat(one.keys).as("its own writes").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed", "frozen"})
    void aSwitchIsHeardThroughAnotherSentinelWhenTheFirstIsGone(String how) {
        RedisServer old = opened(RedisServer.running());
        RedisServer replica = watched(old);
        Client one = connected(url());
        await().atMost(SOON).until(() -> listens(0));

        if (how.equals("killed")) {
            sentinels.getFirst().kill();
        } else {
            sentinels.getFirst().freeze();
        }
        await().atMost(SOON).until(() -> listens(1));
        assertThat(sentinels.get(1).cli("SENTINEL", "FAILOVER", SentinelServer.MASTER))
                .isEqualTo("OK");

        await().atMost(FAILOVER).until(() -> one.l2.up() && uses(replica) && !uses(old));
        assertThat(one.l2.epoch()).isEqualTo(2);
    }

    @Test
    void deadAndFrozenSentinelsDoNotKeepItFromTheMaster() {
        RedisServer master = opened(RedisServer.running());
        watched(master);
        sentinels.get(0).kill();
        sentinels.get(1).freeze();

        Client one = connected(url());

        assertThat(uses(master)).isTrue();
        await().atMost(SOON).until(() -> listens(2));
        assertThat(one.l2.status().role()).isEqualTo("master");
    }

    @Test
    void withoutAnySentinelTheMasterGoesOnBeingUsedAndIsFoundAgain() {
        RedisServer master = opened(RedisServer.running());
        watched(master);
        Client one = connected(url());

        sentinels.forEach(SentinelServer::kill);
        await().during(Duration.ofSeconds(3)).atMost(SOON).until(one.l2::up);
        assertThat(one.l2.epoch()).isEqualTo(1);

        master.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await().atMost(SOON).until(() -> one.l2.epoch() == 2 && one.l2.up());
    }

    @Test
    void anUnknownMasterIsSaidToBeUnknown() {
        RedisServer master = opened(RedisServer.running());
        sentinels.add(opened(SentinelServer.watching(master, 1)));
        Client one = opened(new Client(url().replace("#main", "#other"), Client.PREFIX, "", ""));

        await().atMost(SOON)
                .until(() -> one.l2.status().lastError().equals("the Sentinels know no master called other"));
    }

    @Test
    void sentinelsHaveALoginOfTheirOwn() {
        RedisServer master = opened(RedisServer.running("--requirepass", "data"));
        sentinels.add(opened(SentinelServer.guarded(master, "watch", "sentinel auth-pass main data")));
        var password = new AtomicReference<>("wrong");
        Client one = client(
                url(),
                () -> new Credentials("", "data"),
                () -> new Credentials("", String.valueOf(password.get())),
                null);

        await().atMost(SOON).until(() -> one.l2.status().lastError().contains("WRONGPASS"));
        assertThat(one.l2.status().lastError()).startsWith("no Sentinel answers");
        password.set("watch");
        one.awaitUp();
    }

    @Test
    void tlsIsForSentinelsAndTheMaster(@TempDir Path folder) throws Exception {
        // Sentinels name masters by their addresses.
        SelfSigned server = SelfSigned.make(folder, "server", "dns:localhost,ip:127.0.0.1");
        Path certificate = server.certificate();
        Path key = server.key();
        RedisServer master = opened(RedisServer.tls(certificate, key));
        sentinels.add(opened(SentinelServer.tls(master, certificate, key)));

        Client one =
                client(url().replace("redis-", "rediss-"), () -> Credentials.NONE, () -> Credentials.NONE, certificate);

        one.awaitUp();
        await().atMost(SOON).until(() -> listens(0));
    }

    /** Has a replica and three Sentinels that know of each other. */
    private RedisServer watched(RedisServer master) {
        RedisServer replica = opened(
                RedisServer.running("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"));
        for (int i = 0; i < 3; i++) {
            sentinels.add(opened(SentinelServer.watching(master, 2)));
        }
        await("Sentinels that know of each other")
                .atMost(FAILOVER)
                .until(() -> sentinels.stream().allMatch(sentinel -> sentinel.knows(3, 1)));
        return replica;
    }

    private void awaitSwitch(RedisServer to) {
        await("a failover")
                .atMost(FAILOVER)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> sentinels.stream().anyMatch(sentinel -> sentinel.masterPort() == to.port()));
    }

    private String url() {
        return sentinels.stream()
                .map(sentinel -> "localhost:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + SentinelServer.MASTER));
    }

    private boolean listens(int sentinel) {
        return Stream.of(sentinels.get(sentinel).cli("CLIENT", "LIST").split("\n"))
                .anyMatch(client -> client.contains("name=tiercache ") && client.contains("sub=1"));
    }

    private static boolean uses(RedisServer redis) {
        return redis.cli("CLIENT", "LIST").contains("name=tiercache ");
    }

    private Client connected(String url) {
        Client client = opened(new Client(url, Client.PREFIX, "", ""));
        client.awaitUp();
        return client;
    }

    private Client client(
            String url, Supplier<Credentials> login, Supplier<Credentials> sentinelLogin, @Nullable Path caFile) {
        return opened(new Client(new RedisEndpoint(RedisURI.create(url), login, sentinelLogin, caFile)));
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.add(part);
        return part;
    }
}
