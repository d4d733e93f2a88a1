package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clients of docs/clients.md, as they stand there, against the service. */
class DocumentedClientsProcessIT {

    private static final Path PAGE = Path.of("../docs/clients.md");
    private static final String[] NODE = {"node", "--experimental-websocket"};

    /** Updates come to those who ask, and to those who come. */
    private static final Map<String, String> QUIET =
            Map.of("REDIS_URL", "redis://127.0.0.1:1", "PHASE4_WS_INTERVAL_SECONDS", "3600");

    @TempDir
    private Path folder;

    @Test
    void thePythonClientGetsAReportAndLearnsThatItHasNotChanged() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", "redis://127.0.0.1:1"));
                Client client = new Client(snippet("python", "py"), service.port(), 3, "python3")) {
            assertThat(client.exitStatus()).as(client.output()).isZero();
            assertThat(client.output().lines())
                    .contains("universe ['AAPL', 'MSFT'] changed True", "changed False")
                    .anyMatch(line -> line.matches("omega [0-9.]+ confidence 0\\.[0-9]+"));
        }
    }

    @Test
    void theJavaScriptClientFollowsTheSignalsAcrossARestartOfTheService() throws Exception {
        Path script = snippet("javascript", "mjs");
        try (ServiceProcess service = ServiceProcess.start(QUIET);
                Client client = new Client(script, service.port(), 3, NODE)) {
            // The second one is what the client asked for by refresh.
            client.awaitOutput("update 2");
            service.terminate();
            assertThat(service.exitStatus()).isEqualTo(143);

            try (ServiceProcess _ = ServiceProcess.start(
                    Map.of("REDIS_URL", "redis://127.0.0.1:1", "SERVER_PORT", Integer.toString(service.port())))) {
                assertThat(client.exitStatus()).as(client.output()).isZero();
                assertThat(client.output()).contains("update 3");
            }
        }
    }

    @Test
    void aJavaScriptClientWhosePlaceWasTakenStaysAwayInsteadOfTakingAnotherOnes() throws Exception {
        Path script = snippet("javascript", "mjs");
        try (ServiceProcess service = ServiceProcess.start(QUIET);
                Client client = new Client(script, service.port(), 1_000, NODE)) {
            client.awaitOutput("update 2");
            URI stream = URI.create("ws://127.0.0.1:" + service.port() + "/ws/phase4-metrics/ann");
            // Not closed: that waits for connections, and these end with the service.
            HttpClient http = HttpClient.newHttpClient();
            List<Integer> closed = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 3; i++) {
                http.newWebSocketBuilder()
                        .buildAsync(stream, new Closes(closed))
                        .join();
            }

            // It has nothing left to do, so it ends by itself.
            assertThat(client.exitStatus()).as(client.output()).isZero();
            assertThat(client.output()).contains("ended: replaced by a newer connection");
            assertThat(closed).as("closes of the newer ones").isEmpty();
            assertThat(service.get("/ws/phase4-metrics/stats").body()).contains("\"total_connections\":3");
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

    /** Notes the codes that a connection is closed with. */
    private record Closes(List<Integer> codes) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            codes.add(code);
            return null;
        }
    }

    /** A running client, which ends with the test in any case. */
    private final class Client implements AutoCloseable {

        private final Process process;
        private final Path output;

        Client(Path script, int port, int updates, String... program) throws IOException {
            output = Files.createTempFile(folder, "output", ".txt");
            List<String> command = new ArrayList<>(List.of(program));
            command.add(script.toString());
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("REPORTS_URL", "http://127.0.0.1:" + port);
            builder.environment().put("UPDATES", Integer.toString(updates));
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

        void awaitOutput(String text) {
            await(text).atMost(Duration.ofSeconds(30)).until(() -> output().contains(text));
        }

        int exitStatus() throws InterruptedException {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new AssertionError("the client does not end: " + output());
            }
            return process.exitValue();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }
    }
}
