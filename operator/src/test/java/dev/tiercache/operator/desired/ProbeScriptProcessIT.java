package dev.tiercache.operator.desired;

import static dev.tiercache.operator.desired.RenderedServer.as;
import static dev.tiercache.operator.desired.RenderedServer.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.testing.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The script of the probes tells a living server from a dead one, and a serving one from a busy one. */
class ProbeScriptProcessIT {
    @Test
    void aServingServerIsAliveAndReady() throws Exception {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            assertThat(probe(server, "alive", Fixtures.CREDENTIALS.exporter())).isZero();
            assertThat(probe(server, "ready", Fixtures.CREDENTIALS.exporter())).isZero();
        }
    }

    @Test
    void aLoadingServerIsAliveAndNotReady() throws Exception {
        Desired desired = Fixtures.desired("redis: {persistence: {mode: Snapshot}, config: {rdbcompression: 'no'}}");
        try (RedisServer server = start(desired)) {
            as(server, AclFile.CLIENT, Fixtures.CREDENTIALS.client(), redis -> {
                for (int i = 0; i < 100; i++) {
                    redis.set("key" + i, "x".repeat(2048));
                }
            });
            server.terminate();
            // Half a second for each key, and an answer to commands after each.
            server.restart("--key-load-delay", "500000", "--loading-process-events-interval-bytes", "1024");
            server.awaitAnswer();

            assertThat(probe(server, "alive", Fixtures.CREDENTIALS.exporter())).isZero();
            assertThat(probe(server, "ready", Fixtures.CREDENTIALS.exporter())).isOne();
        }
    }

    @Test
    void aServerWithoutARoomForMoreClientsIsAlive() throws Exception {
        try (RedisServer server = start(Fixtures.desired("redis: {config: {maxclients: '1'}}"))) {
            as(server, AclFile.CLIENT, Fixtures.CREDENTIALS.client(), redis -> {
                redis.ping();
                assertThat(probe(server, "alive", Fixtures.CREDENTIALS.exporter()))
                        .isZero();
            });
        }
    }

    @Test
    void aServerWithAnotherPasswordForTheProbeIsAlive() throws Exception {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            assertThat(probe(server, "alive", "another")).isZero();
            assertThat(probe(server, "ready", "another")).isOne();
        }
    }

    @Test
    void aDeadServerIsNeitherAliveNorReady() throws Exception {
        try (RedisServer server = start(Fixtures.desired("{}"))) {
            server.kill();
            assertThat(probe(server, "alive", Fixtures.CREDENTIALS.exporter())).isOne();
            assertThat(probe(server, "ready", Fixtures.CREDENTIALS.exporter())).isOne();
        }
    }

    /** The script as it is, but for the port and the place of the password. */
    private static int probe(RedisServer server, String question, String password) {
        try {
            Path secret = Files.writeString(server.directory().resolve("exporter"), password);
            String script = Objects.requireNonNull(RedisConfigMap.of(
                            Fixtures.desired("{}").names(),
                            Fixtures.desired("{}").redisConfig(),
                            null)
                    .getData()
                    .get(Scripts.PROBE));
            Path file = server.directory().resolve("probe.sh");
            Files.writeString(
                    file,
                    script.replace("/etc/tiercache/auth/exporter", secret.toString())
                            .replace("6379", Integer.toString(server.port())));
            return new ProcessBuilder("/bin/sh", file.toString(), question)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
