package dev.tiercache.service.faults;

import dev.tiercache.service.redis.RedisServer;
import dev.tiercache.service.redis.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service has the wrong password, or trusts the wrong authority, until its file is put right. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class LoginFaultsProcessIT {

    private final Path folder;
    private final SelfSigned server;
    private final SelfSigned other;
    private final Path authority;
    private final Path password;
    private final RedisServer redis;
    private final Stage stage;
    private String secret = "first";

    LoginFaultsProcessIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        server = SelfSigned.make(folder, "server", "dns:localhost");
        other = SelfSigned.make(folder, "other", "dns:localhost");
        authority = Files.copy(server.certificate(), folder.resolve("authority.pem"));
        password = Files.writeString(folder.resolve("password"), secret);
        redis = RedisServer.tls(server.certificate(), server.key(), "--requirepass", secret);
        stage = Stage.of(
                Map.of(
                        "REDIS_URL", "rediss://localhost:" + redis.port(),
                        "REDIS_TLS_CA_FILE", authority.toString(),
                        "REDIS_PASSWORD_FILE", password.toString()),
                redis);
    }

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void aWrongPasswordCostsNoAnswerAndTheRightOneIsUsedAsSoonAsItIsInTheFile() throws IOException {
        try (Trial trial = Trial.of(stage, "wrong password")) {
            redis.cli("CONFIG", "SET", "requirepass", "second");
            secret = "second";
            endConnections();
            trial.runs(Duration.ofSeconds(4));
            replace(password, "second");
            trial.recovers();
            trial.end();
        }
    }

    @Test
    void aWrongAuthorityCostsNoAnswerAndTheRightOneIsTrustedAsSoonAsItIsInTheFile() throws IOException {
        try (Trial trial = Trial.of(stage, "TLS, wrong CA")) {
            replace(authority, Files.readString(other.certificate()));
            endConnections();
            trial.runs(Duration.ofSeconds(4));
            replace(authority, Files.readString(server.certificate()));
            trial.recovers();
            trial.end();
        }
    }

    private void endConnections() {
        redis.cli("-a", secret, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    /** In one step, as Kubernetes does: nobody reads half a file. */
    private void replace(Path file, String content) throws IOException {
        Files.move(Files.writeString(folder.resolve("next"), content), file, StandardCopyOption.REPLACE_EXISTING);
    }
}
