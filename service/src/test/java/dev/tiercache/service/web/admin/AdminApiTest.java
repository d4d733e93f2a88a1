package dev.tiercache.service.web.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import dev.tiercache.service.web.ApiAnswer;
import dev.tiercache.service.web.RunningService;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The admin API on its own port, over real connections, with Redis away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminApiTest {

    private static final String TOKEN = "0123456789abcdef-of-the-test";

    @TempDir
    Path folder = Path.of("");

    private final int adminPort = RedisServer.freePort();
    private RunningService service = RunningService.start(
            Map.of("ADMIN_PORT", Integer.toString(adminPort), "ADMIN_TOKEN", TOKEN, "CACHE_KEY_PREFIX", "ir_test:"));

    @BeforeAll
    void someReports() {
        report("ann", "AAPL");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void withoutItsPortThereIsNoAdminApi() {
        try (RunningService other = RunningService.start(Map.of("ADMIN_TOKEN", TOKEN))) {
            assertThat(other.get("/api/admin/cache/stats", "Authorization", "Bearer " + TOKEN)
                            .status())
                    .isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer wrong-wrong-wrong-wrong", "Basic " + TOKEN, TOKEN})
    void nobodyIsLetInWithoutTheToken(String authorization) {
        ApiAnswer answer = authorization.isEmpty()
                ? ApiAnswer.of("GET", adminPort, "/api/admin/cache/stats")
                : ApiAnswer.of("GET", adminPort, "/api/admin/cache/stats", "Authorization", authorization);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=");
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asString()).isEqualTo("urn:tiercache:problem:unauthorized");
        assertThat(answer.json().path("request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
        assertThat(answer.body()).doesNotContain("hottest");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/admin/cache/stats",
                "/api/admin",
                "/api/admin/",
                "/api/%61dmin/cache/stats",
                "/api/admin;x=1/cache/stats",
                "/api//admin/cache/stats",
                "//api/admin/cache/stats",
                "/x/../api/admin/cache/stats",
                "/api/./admin/cache/stats",
                "/api/admin/cache/entries?key=ann:AAPL"
            })
    void itIsNotOnThePortOfTheApiHoweverThePathIsWritten(String path) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", service.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                                    + TOKEN + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 404").contains("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/api/health", "/api/investor-report?user_id=ann", "/livez", "/error", "/api/adminx/y"})
    void nothingElseIsOnItsPort(String path) {
        ApiAnswer answer = admin("GET", path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void theStatsShowWhatIsThereAndTheSettings() {
        report("stats", "MSFT");

        JsonNode stats = admin("GET", "/api/admin/cache/stats").json();

        assertThat(stats.path("l1").path("entries").asInt()).isPositive();
        assertThat(stats.path("l1").path("bytes").asInt()).isPositive();
        assertThat(stats.path("l1").path("hottest").toString()).contains("stats:MSFT");
        assertThat(stats.path("redis").path("state").asString()).isEqualTo("CONNECTING");
        assertThat(stats.path("settings").path("CACHE_KEY_PREFIX").asString()).isEqualTo("ir_test:");
        assertThat(stats.toString()).doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"look:AAPL,MSFT", "ir_test:look:AAPL,MSFT"})
    void anEntryIsShownByItsKeyWithOrWithoutPrefix(String key) {
        report("look", "AAPL,MSFT");

        JsonNode entry = admin("GET", "/api/admin/cache/entries?key=" + key).json();

        assertThat(entry.path("key").asString()).isEqualTo("ir_test:look:AAPL,MSFT");
        assertThat(entry.path("l1").path("bytes").asInt()).isGreaterThan(1_000);
        assertThat(entry.path("l1").path("ttl_seconds").asInt()).isBetween(1, 900);
        assertThat(entry.path("l2").isNull()).isTrue();
        assertThat(entry.path("redis_answered").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"key=one:AAPL | one", "user=two | two", "symbol=nvda | three"})
    void aPurgeForgetsWhatItNamesAndNothingElse(String query, String user) {
        report(user, user.equals("three") ? "AMZN,NVDA" : "AAPL");
        report("bystander", "AAPL");

        ApiAnswer purged = admin("DELETE", "/api/admin/cache/entries?" + query);

        assertThat(purged.status()).isEqualTo(200);
        assertThat(purged.json().toString()).as("Redis is away").isEqualTo("{\"deleted\":0,\"redis\":\"pending\"}");
        assertThat(report(user, user.equals("three") ? "AMZN,NVDA" : "AAPL")).contains("\"cached\":false");
        assertThat(report("bystander", "AAPL")).contains("\"cached\":true");
    }

    @Test
    void allCanBePurgedAndTheWarmUpBeAskedFor() {
        report("all", "AAPL");

        assertThat(admin("DELETE", "/api/admin/cache/all").status()).isEqualTo(200);

        assertThat(report("all", "AAPL")).contains("\"cached\":false");
        assertThat(admin("POST", "/api/admin/cache/warmup").json().path("taken").asInt())
                .as("Redis is away")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | entries | | key",
                "GET    | entries | key=nocolon | key",
                "GET    | entries | key=a:AAPL&key=b:AAPL | key",
                "DELETE | entries | | key",
                "DELETE | entries | user=a&symbol=AAPL | key",
                "DELETE | entries | user=a:b | user",
                "DELETE | entries | user= | user",
                "DELETE | entries | symbol=A%20B | symbol",
                "DELETE | entries | key=*  | key"
            })
    void aBadParameterIsRefusedByName(String method, String path, String query, String parameter) {
        ApiAnswer answer = admin(method, "/api/admin/cache/" + path + "?" + (query == null ? "" : query));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").path(0).path("parameter").asString())
                .isEqualTo(parameter);
    }

    @Test
    void anotherMethodIsA405() {
        assertThat(admin("DELETE", "/api/admin/cache/stats").status()).isEqualTo(405);
        assertThat(admin("GET", "/api/admin/cache/all").header("Allow")).isEqualTo("DELETE");
    }

    @Test
    void aTokenInAFileIsReadAgainWhenItChanges() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "the-first-token-1\n");
        int port = RedisServer.freePort();
        try (RunningService other = RunningService.start(
                Map.of("ADMIN_PORT", Integer.toString(port), "ADMIN_TOKEN_FILE", file.toString()))) {
            assertThat(other.port()).isPositive();
            assertThat(stats(port, "the-first-token-1")).isEqualTo(200);

            Files.writeString(file, "the-second-token-2");

            await().until(() -> stats(port, "the-second-token-2") == 200);
            assertThat(stats(port, "the-first-token-1")).isEqualTo(401);
            Files.writeString(file, "short");
            assertThat(stats(port, "short")).as("too short").isEqualTo(401);
            assertThat(stats(port, "")).isEqualTo(401);
            Files.delete(file);
            assertThat(stats(port, "the-second-token-2")).as("no token at all").isEqualTo(401);
        }
    }

    private static int stats(int port, String token) {
        return ApiAnswer.of("GET", port, "/api/admin/cache/stats", "Authorization", "Bearer " + token)
                .status();
    }

    private String report(String user, String symbols) {
        return service.get("/api/investor-report?user_id=" + user + "&symbols=" + symbols)
                .body();
    }

    private ApiAnswer admin(String method, String path) {
        return ApiAnswer.of(method, adminPort, path, "Authorization", "bearer " + TOKEN);
    }
}
