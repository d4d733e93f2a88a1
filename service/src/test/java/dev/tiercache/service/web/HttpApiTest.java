package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.report.ReportSchema;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP contract, over a real connection to the whole service; Redis is away, and all of it holds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpApiTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> METADATA = List.of(
            "schema_version",
            "validated",
            "fallback",
            "cached",
            "cache_layer",
            "refreshing",
            "stale",
            "degraded",
            "age_seconds",
            "ttl_seconds",
            "generated_at",
            "response_time_ms",
            "user_id",
            "fresh",
            "request_id");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final RunningService service = RunningService.start(Map.of());

    @BeforeAll
    void warmUp() {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        http.close();
        service.close();
    }

    @Test
    void aReportHasItsRequiredPartsAndAllMetadata() {
        HttpResponse<String> response = get("/api/investor-report?user_id=meta&symbols=AAPL");

        JsonNode body = json(response);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(body.propertyNames())
                .contains(
                        "as_of",
                        "universe",
                        "executive_summary",
                        "risk_panel",
                        "signals",
                        "actions",
                        "sources",
                        "confidence");
        JsonNode metadata = body.path("metadata");
        assertThat(metadata.propertyNames()).containsExactlyElementsOf(METADATA);
        assertThat(metadata.path("schema_version").asString()).isEqualTo("InvestorReport.v1");
        assertThat(metadata.path("cached").asBoolean()).isFalse();
        assertThat(metadata.path("cache_layer").isNull()).isTrue();
        assertThat(metadata.path("degraded").asBoolean()).as("Redis is away").isTrue();
        assertThat(metadata.path("ttl_seconds").asInt()).isEqualTo(900);
        assertThat(metadata.path("request_id").asString()).isEqualTo(header(response, "X-Request-Id"));
    }

    @Test
    void theSecondAnswerComesFromL1WithMetadataOfItsOwn() {
        JsonNode first = json(get("/api/investor-report?user_id=twice&symbols=AAPL,MSFT", "X-Request-Id", "first"));
        HttpResponse<String> second = get(
                "/api/investor-report?user_id=twice&symbols=%20msft,aapl,AAPL,&fresh=no&x=y", "X-Request-Id", "second");

        JsonNode body = json(second);
        assertThat(body.path("metadata").path("cache_layer").asString()).isEqualTo("L1");
        assertThat(body.path("metadata").path("request_id").asString()).isEqualTo("second");
        assertThat(first.path("metadata").path("request_id").asString()).isEqualTo("first");
        assertThat(body.path("risk_panel")).isEqualTo(first.path("risk_panel"));
        assertThat(header(second, "Cache-Status")).startsWith("ir-l1; hit; ttl=");
        assertThat(header(second, "Cache-Control")).isEqualTo("private, max-age=0, must-revalidate");
        assertThat(header(second, "Age")).matches("\\d+");
        assertThat(header(second, "Vary")).isEqualToIgnoringCase("accept-encoding");
    }

    @Test
    void aClientThatHasTheReportGets304() {
        String path = "/api/investor-report?user_id=etag&symbols=AAPL";
        String etag = header(get(path), "ETag");

        assertThat(etag).matches("W/\"[0-9a-f]{24}\"");
        HttpResponse<String> unchanged = get(path, "If-None-Match", "\"other\", " + etag);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(header(unchanged, "ETag")).isEqualTo(etag);
        assertThat(get(path, "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    }

    @Test
    void headAnswersAsGetWithoutABody() throws Exception {
        HttpResponse<String> head = http.send(
                request("/api/investor-report?user_id=head&symbols=AAPL").HEAD().build(), BodyHandlers.ofString());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(Integer.parseInt(header(head, "Content-Length"))).isGreaterThan(1_000);
    }

    @Test
    void freshAnswersTheCopyAndRefreshesItOnce() {
        get("/api/investor-report?user_id=fresh&symbols=AAPL");

        JsonNode metadata = json(get("/api/investor-report?user_id=fresh&symbols=AAPL&fresh=YES"))
                .path("metadata");

        assertThat(metadata.path("cached").asBoolean()).isTrue();
        assertThat(metadata.path("refreshing").asBoolean()).isTrue();
        assertThat(metadata.path("fresh").asBoolean()).isTrue();
    }

    @Test
    void withoutSymbolsTheDefaultOnesAreUsed() {
        assertThat(json(get("/api/investor-report?user_id=nobody&symbols=,"))
                        .path("universe")
                        .toString())
                .isEqualTo("[\"AAPL\",\"MSFT\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "symbols=AAPL, user_id",
        "user_id=, user_id",
        "user_id=a:b, user_id",
        "user_id=a%2Cb, user_id",
        "user_id=a&user_id=b, user_id",
        "user_id=ann&symbols=A%20B, symbols",
        "user_id=ann&symbols=TOOLONGTOOLONGTOO, symbols",
        "user_id=ann&fresh=maybe, fresh",
        "user_id=ann&fresh=, fresh"
    })
    void aBadParameterIsRefusedByName(String query, String parameter) {
        HttpResponse<String> response = get("/api/investor-report?" + query);

        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = problem(response).path("errors").path(0);
        assertThat(error.path("parameter").asString()).isEqualTo(parameter);
        assertThat(error.path("expected").asString()).isNotEmpty();
    }

    @Test
    void allBadParametersAreNamedAtOnceAndWhatWasSentIsHarmless() {
        HttpResponse<String> response =
                get("/api/investor-report?user_id=%3Cscript%3E%00&symbols=%22%26&fresh=%E2%80%AE");

        assertThat(problem(response).path("errors").findValuesAsString("parameter"))
                .containsExactly("user_id", "symbols", "fresh");
        assertThat(response.body()).doesNotContain("<", "&", "\u202e");
        assertThat(problem(response).path("errors").path(0).path("value").asString())
                .isEqualTo("\\u003cscript\\u003e\\u0000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_id=%zz", "user_id=ann&symbols=%", "user_id=%ff%fe"})
    void aQueryThatCannotBeReadIsTheClientsMistake(String query) throws IOException {
        String answer = raw("GET /api/investor-report?" + query + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "urn:tiercache:problem:bad-parameters")
                .doesNotContain("Exception");
    }

    @Test
    void moreThanFiftySymbolsAreRefused() {
        StringBuilder symbols = new StringBuilder();
        for (int i = 0; i <= 50; i++) {
            symbols.append("S").append(i).append(',');
        }

        assertThat(get("/api/investor-report?user_id=ann&symbols=" + symbols).statusCode())
                .isEqualTo(400);
    }

    @Test
    void symbolsWithoutAnyDataAreA404ThatNamesThem() {
        HttpResponse<String> response = get("/api/investor-report?user_id=ann&symbols=ZZZA,ZZZB");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(problem(response).path("type").asString()).isEqualTo("urn:tiercache:problem:unknown-symbols");
        assertThat(problem(response).path("symbols").toString()).isEqualTo("[\"ZZZA\",\"ZZZB\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/api", "/api/investor-report/", "/error", "/favicon.ico"})
    void whatIsNotThereIsA404Problem(String path) {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(problem(response).path("status").asInt()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void anotherMethodIsA405ThatNamesTheAllowedOnes(String method) throws Exception {
        HttpResponse<String> response = http.send(
                request("/api/investor-report?user_id=ann")
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(header(response, "Allow")).contains("GET", "HEAD");
        problem(response);
    }

    @Test
    void aLineThatIsNoRequestIsA400Problem() throws IOException {
        String answer = raw("GET /a|b\\c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .doesNotContain("<html", "Exception");
    }

    @Test
    void aRawCircumflexInAnIndexSymbolIsUnderstood() throws IOException {
        String answer =
                raw("GET /api/investor-report?user_id=ann&symbols=^ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").contains("bad-parameters");
    }

    @Test
    void theRootAndHealthSayWhatThereIs() {
        JsonNode root = json(get("/"));
        assertThat(root.path("status").asString()).isEqualTo("ok");
        assertThat(root.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(root.path("endpoints").toString()).contains("/api/investor-report");

        HttpResponse<String> health = get("/api/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(json(health).path("status").asString()).isEqualTo("healthy");
        assertThat(json(health).path("degraded").asBoolean()).isTrue();
        assertThat(json(health).path("redis").path("state").asString()).isEqualTo("CONNECTING");
        assertThat(json(health).path("l1").path("bytes").asLong()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void readinessAndLivenessDoNotDependOnRedis() {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(management("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(management("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(get("/actuator/health").statusCode())
                .as("not on the port of the API")
                .isEqualTo(404);
    }

    @Test
    void metricsCarryNoNamesOfUsersOrSymbols() {
        get("/api/investor-report?user_id=very.private&symbols=SECRETCO");

        String metrics = management("/actuator/prometheus").body();
        assertThat(metrics)
                .contains(
                        "ir_requests_seconds_bucket",
                        "ir_cache_gets_total",
                        "ir_cache_bytes",
                        "ir_l2_state",
                        "ir_l2_transitions_total",
                        "ir_invalidations_total",
                        "ir_ws_sessions")
                .doesNotContain("very.private", "SECRETCO");
    }

    @Test
    void theDocumentedMetricsAreExactlyThoseThatAreThere() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher name = Pattern.compile("`(ir_[a-z0-9_]+)`").matcher(Files.readString(Path.of("../docs/api.md")));
        while (name.find()) {
            documented.add(name.group(1));
        }
        // Those of the source http are there where it is: MarketSourceTest.
        documented.removeIf(metric -> metric.startsWith("ir_market_"));
        Set<String> published = new TreeSet<>();
        Matcher type = Pattern.compile("(?m)^# TYPE (ir_[a-z0-9_]+) ")
                .matcher(management("/actuator/prometheus").body());
        while (type.find()) {
            // The maximum of a timer belongs to the timer.
            published.add(type.group(1).replaceFirst("_max$", ""));
        }

        assertThat(documented).isEqualTo(published);
    }

    @Test
    void theSchemaIsPublished() {
        HttpResponse<String> schema = get("/api/investor-report/schema");

        assertThat(schema.statusCode()).isEqualTo(200);
        assertThat(json(schema).path("properties").has("risk_panel")).isTrue();
    }

    @Test
    void aLongAnswerIsCompressedForWhoAsks() throws Exception {
        HttpResponse<byte[]> response = http.send(
                request("/api/investor-report?user_id=gzip&symbols=AAPL")
                        .header("Accept-Encoding", "gzip")
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(response.body().length).isLessThan(3_000);
    }

    @Test
    void aRequestIdThatIsNotPlainIsReplaced() {
        assertThat(header(get("/", "X-Request-Id", "a b\"c"), "X-Request-Id")).matches("[0-9a-f]{16}");
    }

    private HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return headers.length == 0 ? send(request) : send(request.headers(headers));
    }

    private HttpResponse<String> management(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.managementPort() + path)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() == 200 && response.uri().getPath().equals("/api/investor-report")) {
                ReportSchema.check(response.body());
            }
            return response;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", service.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode problem(HttpResponse<String> response) {
        assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = json(response);
        assertThat(problem.path("status").asInt()).isEqualTo(response.statusCode());
        assertThat(problem.path("title").asString()).isNotEmpty();
        assertThat(response.body()).doesNotContain("Exception", "dev.tiercache");
        return problem;
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }
}
