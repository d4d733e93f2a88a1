package dev.tiercache.operator.desired;

import static dev.tiercache.operator.desired.RenderedServer.as;
import static dev.tiercache.operator.desired.RenderedServer.asOperator;
import static dev.tiercache.operator.desired.RenderedServer.assertAllowed;
import static dev.tiercache.operator.desired.RenderedServer.assertDenied;
import static dev.tiercache.operator.desired.RenderedServer.start;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The users of the ACL file may do in a real redis-server what they are there for, and no more. */
class AclFileProcessIT {
    @Test
    void clientsUseTheDataAndLookAroundAndChangeNothingElse() {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            as(server, AclFile.CLIENT, Fixtures.CREDENTIALS.client(), redis -> {
                assertAllowed(
                        redis,
                        "SET k v",
                        "GET k",
                        "SCAN 0",
                        "UNLINK k",
                        "DBSIZE",
                        "INFO",
                        "KEYS *",
                        "CONFIG GET maxmemory",
                        "SLOWLOG GET",
                        "LATENCY LATEST",
                        "CLIENT LIST",
                        "ROLE",
                        "CLIENT TRACKING ON BCAST PREFIX ir_v1: NOLOOP",
                        "FLUSHALL",
                        "FLUSHDB",
                        "PUBLISH c m",
                        "EVAL return(1) 0");
                assertDenied(
                        redis,
                        "CONFIG SET maxmemory 1",
                        "CONFIG REWRITE",
                        "SHUTDOWN NOSAVE",
                        "ACL LIST",
                        "ACL SETUSER default nopass",
                        "REPLICAOF h 1",
                        "BGSAVE",
                        "BGREWRITEAOF",
                        "CLIENT KILL TYPE normal",
                        "MODULE LIST",
                        "SWAPDB 0 1",
                        "MIGRATE h 1 k 0 1",
                        "FAILOVER");
            });
        }
    }

    @Test
    void theExporterLooksAndTouchesNoKey() {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            as(server, AclFile.EXPORTER, Fixtures.CREDENTIALS.exporter(), redis -> {
                assertAllowed(
                        redis,
                        "PING",
                        "INFO all",
                        "CONFIG GET *",
                        "SLOWLOG GET",
                        "SLOWLOG LEN",
                        "LATENCY LATEST",
                        "CLIENT LIST",
                        "DBSIZE",
                        "MEMORY STATS",
                        "ROLE");
                assertDenied(
                        redis,
                        "GET k",
                        "SET k v",
                        "KEYS *",
                        "FLUSHALL",
                        "CONFIG SET maxmemory 1",
                        "ACL LIST",
                        "PUBLISH c m",
                        "MONITOR",
                        "SLOWLOG RESET");
            });
        }
    }

    @Test
    void theOperatorCommandsTheServerAndTouchesNoKey() {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            asOperator(server, redis -> {
                assertAllowed(
                        redis,
                        "PING",
                        "CONFIG SET timeout 0",
                        "CONFIG GET *",
                        "ACL LIST",
                        "CLIENT LIST",
                        "CLIENT PAUSE 1 WRITE",
                        "INFO",
                        "ROLE",
                        "BGREWRITEAOF",
                        "LATENCY RESET");
                assertDenied(redis, "GET k", "SET k v", "DEL k");
            });
        }
    }

    @Test
    void aWrongPasswordIsRefusedAndARetiringOneIsNot() {
        Credentials rotated = new Credentials(
                "new password", "operator-pass", "exporter-pass", List.of(Hashes.sha256("old password")));
        Desired desired =
                Desired.of(Fixtures.cache(CacheDeploymentSpec.DEFAULT), new Inputs(Fixtures.INPUTS.images(), rotated));
        try (RedisServer server = start(desired)) {
            as(server, AclFile.CLIENT, "new password", redis -> assertAllowed(redis, "GET k"));
            as(server, AclFile.CLIENT, "old password", redis -> assertAllowed(redis, "GET k"));
            assertThatThrownBy(() -> as(server, AclFile.CLIENT, "a guess", redis -> redis.get("k")))
                    .hasStackTraceContaining("WRONGPASS");
        }
    }

    @Test
    void withoutAPasswordClientsGetInAndTheOperatorStillNeedsOne() {
        try (RedisServer server = start(Fixtures.desired("auth: {mode: Disabled}"))) {
            try (RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
                    StatefulRedisConnection<String, String> connection = client.connect()) {
                assertAllowed(connection.sync(), "SET k v");
                assertDenied(connection.sync(), "CONFIG SET maxmemory 1");
            }
            assertThatThrownBy(() -> as(server, AclFile.OPERATOR, "", redis -> redis.ping()))
                    .hasStackTraceContaining("WRONGPASS");
        }
    }
}
