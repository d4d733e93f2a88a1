package dev.tiercache.service;

import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * A start, what clients usually ask, and an end: the run that the AOT cache of the image is made from (JEP 514). What
 * was loaded, linked and compiled here is at hand when the service starts from that image. It expects a Redis.
 */
final class TrainingRun {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 50;
    private static final String REPORT = "/api/investor-report?user_id=training&symbols=AAPL,MSFT";

    private TrainingRun() {}

    /** Ends with status 0 when every request was answered as it should be. */
    public static void main(String[] args) throws IOException, SettingsException {
        try (var context = (ServletWebServerApplicationContext) Application.start(Settings.of(System.getenv()))) {
            int port = Objects.requireNonNull(context.getWebServer()).getPort();
            awaitRedis(port);
            for (int round = 0; round < ROUNDS; round++) {
                // Computed, then from L1; on the path of Tomcat and on that of the poller; plain and compressed.
                expect("200", ask(port, REPORT + (round % 10 == 0 ? ",T" + round : ""), ""));
                expect("200", ask(port, REPORT, "Accept-Encoding: gzip\r\n"));
                expect("200", ask(port, REPORT + "&fresh=true", ""));
                expect("400", ask(port, "/api/investor-report?user_id=a:b", ""));
                expect("200", ask(port, "/api/health", ""));
            }
        }
    }

    private static void awaitRedis(int port) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!ask(port, "/api/health", "").contains("\"UP\"")) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("Redis was not reached within " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    private static void expect(String status, String answer) {
        if (!answer.startsWith("HTTP/1.1 " + status)) {
            throw new IllegalStateException("expected status " + status + ", got: " + answer);
        }
    }

    private static String ask(int port, String target, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request =
                    "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
