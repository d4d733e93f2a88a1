package dev.tiercache.service.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.web.ApiAnswer;
import dev.tiercache.service.web.RunningService;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The WebSocket, over real connections to the whole service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Phase4StreamTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final RunningService brisk = RunningService.start(
            Map.of("PHASE4_WS_INTERVAL_SECONDS", "0.2", "WS_ALLOWED_ORIGINS", "https://good.example"));
    private final RunningService slow = RunningService.start(Map.of("PHASE4_WS_INTERVAL_SECONDS", "3600"));
    private final List<TestClient> clients = new ArrayList<>();

    @AfterEach
    void leave() {
        clients.forEach(TestClient::close);
        assertThat(clients).allSatisfy(client -> assertThat(client.complaints()).isEmpty());
        clients.clear();
    }

    @AfterAll
    void stop() {
        http.close();
        slow.close();
        brisk.close();
    }

    @Test
    void anUpdateComesAtOnceAndThenEveryInterval() {
        TestClient client = connect(brisk, "ann");

        client.awaitCount("phase4_update", 4);

        JsonNode update = JSON.readTree(client.first());
        assertThat(update.propertyNames()).containsExactly("type", "timestamp", "data");
        assertThat(update.path("data").propertyNames())
                .contains(
                        "options_flow_composite",
                        "residual_momentum",
                        "seasonality_score",
                        "breadth_liquidity",
                        "as_of",
                        "compute_latency_ms");
    }

    @Test
    void aPingIsAnsweredAndWhatIsNotUnderstoodIsIgnored() {
        TestClient client = connect(slow, "chat");
        client.awaitCount("phase4_update", 1);

        client.send("{\"type\":\"news\"}");
        client.send("{\"type\":\"ping\"}");

        client.awaitCount("pong", 1);
        assertThat(client.count("error")).isZero();
    }

    @Test
    void malformedJsonIsAnErrorAndTheSocketStays() {
        TestClient client = connect(slow, "malformed");

        client.send("{\"type\":");
        client.awaitCount("error", 1);
        client.send("[1]");
        client.awaitCount("error", 2);
        client.send("{\"type\":\"ping\"}");
        client.awaitCount("pong", 1);
    }

    @Test
    void aRefreshIsAnUpdateForAllSocketsOfTheUserAndForNobodyElse() {
        TestClient one = connect(slow, "shared");
        one.awaitCount("phase4_update", 1);
        TestClient two = connect(slow, "shared");
        two.awaitCount("phase4_update", 1);
        one.awaitCount("phase4_update", 2);
        TestClient stranger = connect(slow, "stranger");
        stranger.awaitCount("phase4_update", 1);

        two.send("{\"type\":\"refresh\"}");

        one.awaitCount("phase4_update", 3);
        two.awaitCount("phase4_update", 2);
        assertThat(stranger.count("phase4_update")).isEqualTo(1);
    }

    @Test
    void aClientThatChatsDoesNotStarveItsUpdates() {
        TestClient client = connect(brisk, "chatty");
        client.awaitCount("phase4_update", 1);
        long before = client.count("phase4_update");

        for (int i = 0; i < 300; i++) {
            client.send("{\"type\":\"ping\"}");
        }

        client.awaitCount("phase4_update", (int) before + 3);
    }

    @Test
    void binaryIsRefusedWith1003() {
        TestClient client = connect(slow, "binary");

        client.sendBinary();

        assertThat(client.awaitClose()).isEqualTo(1003);
    }

    @Test
    void aMessageAbove64KibIsRefusedWith1009() {
        TestClient client = connect(slow, "long");

        client.send("{\"type\":\"" + "x".repeat(70_000) + "\"}");

        assertThat(client.awaitClose()).isEqualTo(1009);
    }

    @Test
    void theLimitIsOfBytesNotOfCharacters() {
        TestClient client = connect(slow, "wide");

        client.send("{\"type\":\"" + "\u20ac".repeat(30_000) + "\"}");

        assertThat(client.awaitClose()).isEqualTo(1009);
    }

    @Test
    void aMessageOf60KibIsRead() {
        TestClient client = connect(slow, "medium");

        client.send("{\"type\":\"ping\",\"x\":\"" + "x".repeat(60_000) + "\"}");

        client.awaitCount("pong", 1);
    }

    @Test
    void theFourthSocketOfAUserClosesTheOldest() {
        TestClient oldest = connect(slow, "many");
        oldest.awaitCount("phase4_update", 1);
        List<TestClient> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            TestClient other = connect(slow, "many");
            other.awaitCount("phase4_update", 1);
            others.add(other);
        }

        assertThat(oldest.awaitClose()).isEqualTo(1000);
        assertThat(others).allMatch(TestClient::open);
    }

    @Test
    void aUserIdThatIsNoneIsRefusedBeforeTheHandshake() {
        assertThatThrownBy(() -> connect(slow, "a:b"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> assertThat(status(e)).isEqualTo(400));
    }

    @Test
    void onlyAllowedPagesMayConnect() {
        clients.add(TestClient.connect(http, brisk.port(), "page", "https://good.example"));

        assertThatThrownBy(() -> TestClient.connect(http, brisk.port(), "page", "https://evil.example"))
                .satisfies(e -> assertThat(status(e)).isEqualTo(403));
        assertThatThrownBy(() -> TestClient.connect(http, slow.port(), "page", "https://good.example"))
                .satisfies(e -> assertThat(status(e)).isEqualTo(403));
    }

    @Test
    void statsCountSocketsUsersAndMessages() throws Exception {
        TestClient client = connect(brisk, "stats");
        client.awaitCount("phase4_update", 1);

        JsonNode stats = JSON.readTree(get(brisk, "/ws/phase4-metrics/stats").body());

        assertThat(stats.propertyNames())
                .containsExactly(
                        "manager_name",
                        "total_connections",
                        "unique_users",
                        "total_messages_sent",
                        "total_messages_received",
                        "oldest_connection_age_seconds",
                        "config");
        assertThat(stats.path("total_connections").asInt()).isPositive();
        assertThat(stats.path("config").path("interval_seconds").asDouble()).isEqualTo(0.2);
        client.close();
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        JSON.readTree(get(brisk, "/ws/phase4-metrics/stats").body())
                                        .path("unique_users")
                                        .asInt()
                                == 0);
    }

    @Test
    void whatHappensIsCountedAndCodesThatAClientMakesUpAreOther() {
        TestClient made = connect(brisk, "counted");
        made.awaitCount("phase4_update", 2);
        double others = brisk.metric("ir_ws_closes_total{code=\"other\"}");

        made.leave(4321);

        await().atMost(Duration.ofSeconds(10))
                .until(() -> brisk.metric("ir_ws_closes_total{code=\"other\"}") == others + 1);
        assertThat(brisk.metric("ir_ws_messages_total{event=\"sent\"}")).isGreaterThanOrEqualTo(2);
        assertThat(brisk.metric("ir_ws_computation_seconds_count{result=\"ok\"}"))
                .isGreaterThanOrEqualTo(2);
        assertThat(ApiAnswer.of("GET", brisk.managementPort(), "/actuator/prometheus")
                        .body())
                .doesNotContain("4321");
    }

    @Test
    void plainHttpIsToldToUpgrade() throws Exception {
        HttpResponse<String> response = get(slow, "/ws/phase4-metrics/ann");

        assertThat(response.statusCode()).isEqualTo(426);
        assertThat(response.headers().firstValue("Upgrade")).contains("websocket");
    }

    @Test
    void theContractThatMessagesAreHeldAgainstIsPublished() throws Exception {
        assertThat(JSON.readTree(get(slow, "/v3/asyncapi").body())).isEqualTo(StreamContract.document());
    }

    @Test
    void onShutdownEverybodyIsSentAwayWith1001() {
        RunningService brief = RunningService.start(Map.of());
        TestClient client = connect(brief, "last");
        client.awaitCount("phase4_update", 1);

        brief.close();

        assertThat(client.awaitClose()).isEqualTo(1001);
    }

    private TestClient connect(RunningService service, String userId) {
        TestClient client = TestClient.connect(http, service.port(), userId);
        clients.add(client);
        return client;
    }

    private HttpResponse<String> get(RunningService service, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                        .build(),
                BodyHandlers.ofString());
    }

    private static int status(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof WebSocketHandshakeException)) {
            cause = cause.getCause();
        }
        return cause instanceof WebSocketHandshakeException e ? e.getResponse().statusCode() : -1;
    }
}
