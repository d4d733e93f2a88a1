package dev.tiercache.e2e.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.tiercache.e2e.cli.Control;
import dev.tiercache.e2e.cli.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load client against a real HTTP server on loopback. */
class LoadTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.close();
    }

    @Test
    void everyAnswerIsCountedByItsStatusAndLayer() {
        AtomicInteger n = new AtomicInteger();
        serve(exchange -> {
            int i = n.getAndIncrement();
            switch (i % 4) {
                case 0 -> answer(exchange, 200, "{\"metadata\":{\"cache_layer\":null}}");
                case 1 -> answer(exchange, 200, "{\"metadata\":{\"cache_layer\":\"L1\"}}");
                case 2 -> answer(exchange, 200, "{\"metadata\":{\"cache_layer\":\"L2\"}}");
                default -> answer(exchange, 503, "{\"title\":\"down\"}");
            }
        });

        LoadSummary summary = run("--rate", "40", "--seconds", "1");

        assertThat(summary.sent()).isEqualTo(40);
        assertThat(summary.status()).containsEntry("200", 30L).containsEntry("503", 10L);
        assertThat(summary.layers())
                .containsEntry("computed", 10L)
                .containsEntry("L1", 10L)
                .containsEntry("L2", 10L);
        assertThat(summary.errors()).isEmpty();
        assertThat(summary.firstErrors()).hasSize(5).allSatisfy(failure -> {
            assertThat(failure.kind()).isEqualTo("503");
            assertThat(failure.detail()).isEqualTo("{\"title\":\"down\"}");
        });
    }

    @Test
    void anAnswerThatIsNoReportIsAnErrorAlthoughItsStatusIs200() {
        serve(exchange -> answer(exchange, 200, "{\"status\":\"ok\"}"));

        LoadSummary summary = run("--rate", "10", "--seconds", "1");

        assertThat(summary.errors()).containsEntry("UnreadableBody", 10L);
        assertThat(summary.status()).isEmpty();
    }

    @Test
    void aServerThatIsNotThereIsCountedAsAnErrorOfItsKind() {
        int port = server.getAddress().getPort();
        server.stop(0);

        LoadSummary summary = run(port, "--rate", "10", "--seconds", "1");

        assertThat(summary.errors()).containsEntry("ConnectException", 10L);
    }

    @Test
    void aConnectionCutInTheMiddleOfAnAnswerIsAnError() {
        serve(exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });

        LoadSummary summary = run("--rate", "10", "--seconds", "1");

        assertThat(summary.errors().values()).containsExactly(10L);
        assertThat(summary.status()).isEmpty();
    }

    @Test
    void requestsGoOnWhileEarlierOnesHangAndTheirWaitShowsInTheLatency() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger arrived = new AtomicInteger();
        serve(exchange -> {
            if (arrived.incrementAndGet() == 50) {
                release.countDown(); // the first 49 hang until the fiftieth is there
            }
            awaitRelease(release);
            answer(exchange, 200, "{\"metadata\":{\"cache_layer\":null}}");
        });

        LoadSummary summary = run("--rate", "50", "--seconds", "1.5");

        assertThat(summary.status()).containsOnly(Map.entry("200", 75L));
        assertThat(summary.latencyMillis().get("max")).isGreaterThan(900.0);
    }

    @Test
    void usersAndSymbolsTakeTurnsAndConnectionsAreKept() {
        Queue<String> queries = new ConcurrentLinkedQueue<>();
        Set<Integer> ports = ConcurrentHashMap.newKeySet();
        serve(exchange -> {
            queries.add(exchange.getRequestURI().getQuery());
            ports.add(exchange.getRemoteAddress().getPort());
            answer(exchange, 200, "{\"metadata\":{\"cache_layer\":\"L1\"}}");
        });

        run("--rate", "5", "--seconds", "4", "--users", "2", "--symbols", "AAPL,MSFT;NVDA");

        assertThat(queries)
                .hasSize(20)
                .contains(
                        "user_id=load-0&symbols=AAPL,MSFT",
                        "user_id=load-1&symbols=AAPL,MSFT",
                        "user_id=load-0&symbols=NVDA",
                        "user_id=load-1&symbols=NVDA");
        assertThat(ports).hasSizeLessThan(10);
    }

    @Test
    void aRunCanBeWatchedAndEnded() throws Exception {
        serve(exchange -> answer(exchange, 200, "{\"metadata\":{\"cache_layer\":\"L1\"}}"));
        Tally tally = new Tally(Instant.now());
        OpenLoop loop = new OpenLoop(plan(server.getAddress().getPort(), "--seconds", "600"), tally);
        try (Control control = new Control(0, () -> Json.bytes(tally.summary()), loop::stop);
                HttpClient http = HttpClient.newHttpClient()) {
            Thread running = Thread.ofVirtual().start(loop::run);
            URI base = URI.create("http://127.0.0.1:" + control.port());

            await().until(() -> get(http, base.resolve("/summary")).path("sent").asInt() >= 5);
            var stopped = http.send(
                    HttpRequest.newBuilder(base.resolve("/stop"))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());

            assertThat(stopped.statusCode()).isEqualTo(200);
            assertThat(running.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void aCommandLineThatMakesNoSenseIsRefusedByNameValueAndExpectation() {
        assertThatThrownBy(() -> LoadPlan.parse("--url", "http://a/b", "--rate", "fast"))
                .hasMessageContaining("--rate is 'fast', expected a number from 0.1 to 2000.0");
        assertThatThrownBy(() -> LoadPlan.parse("--rate", "5"))
                .hasMessageContaining("--url is '', expected an http address");
        assertThatThrownBy(() -> LoadPlan.parse("--url", "http://a/b", "--speed", "5"))
                .hasMessageContaining("--speed is not known");
        assertThatThrownBy(() -> LoadPlan.parse("--url")).hasMessageContaining("--url has no value");
    }

    private void serve(HttpHandler handler) {
        server.createContext("/report", handler);
    }

    private LoadSummary run(String... options) {
        return run(server.getAddress().getPort(), options);
    }

    private static LoadSummary run(int port, String... options) {
        Tally tally = new Tally(Instant.now());
        new OpenLoop(plan(port, options), tally).run();
        return tally.summary();
    }

    private static LoadPlan plan(int port, String... options) {
        String[] all = new String[options.length + 2];
        all[0] = "--url";
        all[1] = "http://127.0.0.1:" + port + "/report";
        System.arraycopy(options, 0, all, 2, options.length);
        return LoadPlan.parse(all);
    }

    private static JsonNode get(HttpClient http, URI uri) throws IOException, InterruptedException {
        return new ObjectMapper()
                .readTree(http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                        .body());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void awaitRelease(CountDownLatch release) {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
