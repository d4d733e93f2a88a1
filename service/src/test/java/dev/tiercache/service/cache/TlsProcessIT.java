package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import dev.tiercache.service.redis.RedisServer;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
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
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder = Path.of("");

    private Path certificate = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void makeCertificate() throws Exception {
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
        make("server", "dns:localhost", certificate, key);
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
        Path other = folder.resolve("other.crt");
        make("other", "dns:localhost", other, folder.resolve("other.key"));
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

    private static void awaitRefusal(Instance one) {
        await().atMost(Duration.ofSeconds(15))
                .until(() -> REFUSAL.matcher(one.cache.l2Status().lastError()).find());
        assertThat(one.get("ann:AAPL").layer()).isEqualTo(Layer.ORIGIN);
        assertThat(one.up()).isFalse();
    }

    private static Instance instance(String url, Path caFile) {
        return new Instance(url, () -> new Credentials("", ""), caFile, Instance.SETTINGS);
    }

    /** By keytool, which every JDK has; it writes no PEM of keys, so that is done here. */
    private void make(String alias, String subjectAlternativeName, Path certificateFile, Path keyFile)
            throws Exception {
        Path store = folder.resolve(alias + ".p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + alias,
                        "-ext",
                        "san=" + subjectAlternativeName,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Files.writeString(
                certificateFile, pem("CERTIFICATE", keys.getCertificate(alias).getEncoded()));
        Files.writeString(
                keyFile, pem("PRIVATE KEY", keys.getKey(alias, PASSWORD).getEncoded()));
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }
}
