package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.redis.Certificates;
import dev.tiercache.service.redis.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** L2 over TLS: only a server whose certificate the given authority vouches for, under its own name. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsProcessIT {

    private static final Pattern REFUSAL =
            Pattern.compile("certification path|signature|subject alternative|No name matching");

    @TempDir
    Path folder = Path.of("");

    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void makeCertificate() throws Exception {
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
        Certificates.make("dns:localhost", certificate, key);
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

    private Path otherCertificate() throws Exception {
        Path other = folder.resolve("other.crt");
        Certificates.make("dns:localhost", other, folder.resolve("other.key"));
        return other;
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
