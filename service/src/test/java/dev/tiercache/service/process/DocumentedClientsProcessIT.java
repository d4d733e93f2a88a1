package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients of docs/clients.md, as they stand there, against the service. */
class DocumentedClientsProcessIT {

    private static final Path PAGE = Path.of("../docs/clients.md");

    @TempDir
    private Path folder;

    @Test
    void thePythonClientGetsAReportAndLearnsThatItHasNotChanged() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", "redis://127.0.0.1:1"))) {
            Client client = new Client(snippet("python", "py"), service.port(), "python3");

            assertThat(client.exitStatus()).as(client.output()).isZero();
            assertThat(client.output().lines())
                    .contains("universe ['AAPL', 'MSFT'] changed True", "changed False")
                    .anyMatch(line -> line.matches("omega [0-9.]+ confidence 0\\.[0-9]+"));
        }
    }

    @Test
    void theJavaScriptClientFollowsTheSignalsAcrossARestartOfTheService() throws Exception {
        Path script = snippet("javascript", "mjs");
        int port;
        Client client;
        try (ServiceProcess service = ServiceProcess.start(
                Map.of("REDIS_URL", "redis://127.0.0.1:1", "PHASE4_WS_INTERVAL_SECONDS", "3600"))) {
            port = service.port();
            client = new Client(script, port, "node", "--experimental-websocket");
            // The second one is what the client asked for by refresh.
            await("two updates")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> client.output().contains("update 2"));
            service.terminate();
            assertThat(service.exitStatus()).isEqualTo(143);
        }
        try (ServiceProcess _ = ServiceProcess.start(
                Map.of("REDIS_URL", "redis://127.0.0.1:1", "SERVER_PORT", Integer.toString(port)))) {
            assertThat(client.exitStatus()).as(client.output()).isZero();
            assertThat(client.output()).contains("update 3");
        }
    }

    /** The one block of a language, in a file. */
    private Path snippet(String language, String extension) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(Files.readString(PAGE));
        assertThat(block.find()).as(language + " in " + PAGE).isTrue();
        Path file = Files.writeString(folder.resolve("client." + extension), block.group(1));
        assertThat(block.find()).as("one block of " + language).isFalse();
        return file;
    }

    /** A running client. */
    private final class Client {

        private final Process process;
        private final Path output;

        Client(Path script, int port, String... program) throws IOException {
            output = Files.createTempFile(folder, "output", ".txt");
            List<String> command = new ArrayList<>(List.of(program));
            command.add(script.toString());
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("REPORTS_URL", "http://127.0.0.1:" + port);
            builder.environment().put("UPDATES", "3");
            try {
                process = builder.start();
            } catch (IOException e) {
                throw new IOException(
                        program[0] + " is missing: dev/test process installs it (packages python3, nodejs)", e);
            }
        }

        String output() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        int exitStatus() throws InterruptedException {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the client does not end: " + output());
            }
            return process.exitValue();
        }
    }
}
