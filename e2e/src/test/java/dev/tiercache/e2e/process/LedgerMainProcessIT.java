package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.ClientMain;
import dev.tiercache.e2e.cli.Json;
import dev.tiercache.e2e.ledger.LedgerSummary;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ledger as a program of its own, as it runs in a pod. */
@Timeout(120)
class LedgerMainProcessIT {

    private static final String PASSWORD = "of-redis";
    private static final String SENTINEL_PASSWORD = "of-sentinel";

    @TempDir
    private Path folder;

    @Test
    void itLogsInByEnvironmentIsWatchedAndEndedByItsPortAndItsLastLineIsTheAccount() throws Exception {
        try (RedisProcess redis = RedisProcess.server("--requirepass", PASSWORD);
                RedisProcess sentinel = RedisProcess.sentinel(
                        "requirepass " + SENTINEL_PASSWORD,
                        "sentinel monitor main 127.0.0.1 " + redis.port() + " 1",
                        "sentinel auth-pass main " + PASSWORD);
                HttpClient http = HttpClient.newHttpClient()) {
            Path secret = Files.writeString(folder.resolve("sentinel-password"), SENTINEL_PASSWORD);
            int port = RedisProcess.freePort();
            Process client = client(
                    Map.of("LEDGER_PASSWORD", PASSWORD, "LEDGER_SENTINEL_PASSWORD_FILE", secret.toString()),
                    "ledger",
                    "--url",
                    "redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#main",
                    "--seconds",
                    "60",
                    "--control-port",
                    String.valueOf(port));
            try {
                URI control = URI.create("http://127.0.0.1:" + port);
                await("acknowledged writes; " + folder)
                        .atMost(Duration.ofSeconds(40))
                        .ignoreExceptions()
                        .until(() -> summary(http, control).acknowledged() >= 200);
                assertThat(summary(http, control).audit()).isNull();
                http.send(
                        HttpRequest.newBuilder(control.resolve("/stop"))
                                .POST(BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.discarding());

                assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                client.destroyForcibly();
            }
            assertThat(client.exitValue()).isZero();
            LedgerSummary account =
                    Json.read(Files.readAllLines(folder.resolve("stdout")).getLast(), LedgerSummary.class);
            assertThat(account.failed()).as("failed: %s", account.firstErrors()).isZero();
            assertThat(Objects.requireNonNull(account.audit()).checked()).isEqualTo(account.acknowledged());
            assertThat(Files.readString(folder.resolve("stderr")))
                    .contains("seed=" + account.seed())
                    .doesNotContain(PASSWORD, SENTINEL_PASSWORD);
        }
    }

    @Test
    void aCommandLineThatMakesNoSenseEndsItWithTwo() throws Exception {
        Process client = client(Map.of(), "ledger", "--url", "http://somewhere");

        assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("stderr")))
                .contains("--url is 'http://somewhere', expected redis://");
    }

    @Test
    void aClientThatThereIsNotEndsItWithTwo() throws Exception {
        Process client = client(Map.of(), "lodger");

        assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("stderr"))).contains("'lodger', expected load or ledger");
    }

    private Process client(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClientMain.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static LedgerSummary summary(HttpClient http, URI control) throws IOException, InterruptedException {
        return Json.read(
                http.send(HttpRequest.newBuilder(control.resolve("/summary")).build(), BodyHandlers.ofString())
                        .body(),
                LedgerSummary.class);
    }
}
