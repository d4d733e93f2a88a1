package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.redis.RedisServer;
import dev.tiercache.service.redis.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L2 over TLS: only a server whose certificate the given authority vouches for, under its own name. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsProcessIT {

    private static final Pattern REFUSAL =
            Pattern.compile("certification path|signature|subject alternative|No name matching");

    /** A second until the file is compared, and a handshake on a busy machine. */
    private static final Duration CHANGE = Duration.ofSeconds(4);

    @TempDir
    Path folder = Path.of("");

    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void makeCertificate() throws Exception {
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
        SelfSigned.make(folder, "server", "dns:localhost");
    }

    @Test
    void aServerOfTheGivenAuthorityIsUsed() {
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://localhost:" + redis.port(), certificate)) {
            await().atMost(Duration.ofSeconds(15)).until(one::up);

            one.get("ann:AAPL");

            await().atMost(Duration.ofSeconds(2))
                    .until(() -> redis.cli("EXISTS", "ir_v1:ann:AAPL").equals("1"));
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNot() throws Exception {
        Path other = otherCertificate();
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://localhost:" + redis.port(), other)) {
            awaitRefusal(one);
        }
    }

    @Test
    void aServerUnderAnotherNameIsNot() {
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://127.0.0.1:" + redis.port(), certificate)) {
            awaitRefusal(one);
        }
    }

    @Test
    void theRightAuthorityIsUsedAsSoonAsItsFileIsThere() throws Exception {
        Path other = otherCertificate();
        Path authority = Files.copy(other, folder.resolve("authority.crt"));
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://localhost:" + redis.port(), authority)) {
            awaitRefusal(one);

            Files.copy(certificate, authority, StandardCopyOption.REPLACE_EXISTING);

            // Its first connection, which is rehearsed.
            await().atMost(Duration.ofSeconds(15)).until(one::up);
        }
    }

    @Test
    void theConnectionIsMadeAnewWhenOthersAreTrusted() throws Exception {
        Path other = otherCertificate();
        Path authority = Files.copy(certificate, folder.resolve("authority.crt"));
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://localhost:" + redis.port(), authority)) {
            await().atMost(Duration.ofSeconds(15)).until(one::up);

            Files.writeString(authority, Files.readString(other) + Files.readString(certificate));
            await().atMost(CHANGE).until(() -> one.epoch() == 2 && one.up());

            Files.copy(other, authority, StandardCopyOption.REPLACE_EXISTING);
            await().atMost(CHANGE).until(one::down);
            awaitRefusal(one);
            Files.copy(certificate, authority, StandardCopyOption.REPLACE_EXISTING);
            await().atMost(CHANGE).until(() -> one.epoch() == 3 && one.up());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"})
    void aFileWithoutCertificatesDoesNotEndAGoodConnection(String content) throws Exception {
        Path authority = Files.copy(certificate, folder.resolve("authority.crt"));
        try (RedisServer redis = RedisServer.tls(certificate, key);
                Instance one = instance("rediss://localhost:" + redis.port(), authority)) {
            await().atMost(Duration.ofSeconds(15)).until(one::up);

            Files.writeString(authority, content);
            await().during(Duration.ofMillis(2500))
                    .atMost(Duration.ofSeconds(10))
                    .until(one::up);
            Files.delete(authority);
            await().during(Duration.ofMillis(1500))
                    .atMost(Duration.ofSeconds(10))
                    .until(one::up);

            assertThat(one.epoch()).isEqualTo(1);
        }
    }

    private Path otherCertificate() {
        return SelfSigned.make(folder, "other", "dns:localhost").certificate();
    }

    private static void awaitRefusal(Instance one) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> REFUSAL.matcher(one.cache.l2Status().lastError()).find());
        assertThat(one.get("ann:AAPL").layer()).isEqualTo(Layer.ORIGIN);
        assertThat(one.up()).isFalse();
    }

    private static Instance instance(String url, Path caFile) {
        return new Instance(url, () -> new Credentials("", ""), caFile, Instance.SETTINGS);
    }
}
