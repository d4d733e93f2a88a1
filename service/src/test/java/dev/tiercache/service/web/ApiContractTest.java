package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.problem.ProblemDetail;
import dev.tiercache.service.redis.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Each kind of answer is what the document of the API says, and the document says it of each endpoint. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiContractTest {

    private static final String REPORT = "/api/investor-report";
    private static final String ENTRIES = "/api/admin/cache/entries";
    private static final String STREAM = "/ws/phase4-metrics/{userId}";
    private static final String TOKEN = "0123456789abcdef-of-the-test";

    private final int adminPort = RedisServer.freePort();
    private final RunningService service =
            RunningService.start(Map.of("ADMIN_PORT", Integer.toString(adminPort), "ADMIN_TOKEN", TOKEN));
    private final ApiContract contract = ApiContract.of(service);

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void everyEndpointIsDescribedAndTheDescribedOnesAreThere() {
        JsonNode paths = contract.document().path("paths");

        List<String> bare = new ArrayList<>();
        paths.propertyNames()
                .forEach(path -> paths.path(path).propertyNames().forEach(method -> {
                    if (!paths.path(path).path(method).has("summary")) {
                        bare.add(method + " " + path);
                    }
                }));
        assertThat(bare).isEmpty();
        assertThat(paths.propertyNames())
                .containsExactlyInAnyOrder(
                        "/",
                        REPORT,
                        "/api/investor-report/schema",
                        "/api/health",
                        "/livez",
                        "/readyz",
                        "/ws/phase4-metrics/stats",
                        STREAM,
                        "/v3/asyncapi",
                        "/api/admin/cache/stats",
                        ENTRIES,
                        "/api/admin/cache/all",
                        "/api/admin/cache/warmup");
        assertThat(contract.document().path("openapi").asString()).startsWith("3.1");
        assertThat(contract.document().path("info").path("version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    @Test
    void reportsAreAsDocumented() {
        ApiAnswer computed = check("GET", REPORT, "?user_id=doc&symbols=AAPL");
        check("GET", REPORT, "?user_id=doc&symbols=AAPL");
        check("GET", REPORT, "?user_id=doc&symbols=AAPL", "Accept-Encoding", "gzip");
        check("HEAD", REPORT, "?user_id=doc&symbols=AAPL");
        check("GET", REPORT, "?user_id=doc&symbols=AAPL&fresh=true");

        assertThat(check("GET", REPORT, "?user_id=doc&symbols=AAPL", "If-None-Match", computed.header("ETag"))
                        .status())
                .isEqualTo(304);
        assertThat(check("GET", REPORT, "?user_id=doc202&symbols=MSFT,NVDA", "Prefer", "respond-async, wait=0")
                        .status())
                .isEqualTo(202);
    }

    @Test
    void problemsAreAsDocumented() {
        assertThat(check("GET", REPORT, "?user_id=a:b&symbols=x%20y").status()).isEqualTo(400);
        assertThat(check("GET", REPORT, "?user_id=%25%00").status()).isEqualTo(400);
        assertThat(check("GET", REPORT, "?user_id=doc&symbols=ZZZA").status()).isEqualTo(404);
        assertThat(check("GET", "/nothing", "").status()).isEqualTo(404);
        assertThat(check("POST", REPORT, "?user_id=doc").status()).isEqualTo(405);
        assertThat(check("GET", "/api/health", "", "Accept", "text/html").status())
                .isEqualTo(406);
        ApiAnswer noUpgrade = service.get("/ws/phase4-metrics/doc");
        contract.check("GET", STREAM, noUpgrade);
        assertThat(noUpgrade.status()).isEqualTo(426);
    }

    @Test
    void refusalsOfTheCacheAreAsDocumented() {
        try (RunningService limited = RunningService.start(Map.of("USER_COMPUTATIONS_PER_MINUTE", "1"));
                RunningService failing = RunningService.start(Map.of("CACHE_DEGRADATION", "Fail"))) {
            limited.get(REPORT + "?user_id=doc&symbols=AAPL");
            ApiAnswer tooMany = limited.get(REPORT + "?user_id=doc&symbols=MSFT");
            ApiAnswer cacheDown = failing.get(REPORT + "?user_id=doc&symbols=AAPL");

            contract.check("GET", REPORT, tooMany);
            contract.check("GET", REPORT, cacheDown);
            assertThat(tooMany.status()).isEqualTo(429);
            assertThat(cacheDown.status()).isEqualTo(503);
        }
    }

    @Test
    void whatTheServiceSaysOfItselfIsAsDocumented() {
        for (String path : List.of(
                "/",
                "/api/health",
                "/api/investor-report/schema",
                "/livez",
                "/readyz",
                "/ws/phase4-metrics/stats",
                "/v3/asyncapi")) {
            assertThat(check("GET", path, "").status()).as(path).isEqualTo(200);
        }
    }

    @Test
    void theAdminApiIsAsDocumented() {
        check("GET", REPORT, "?user_id=admin&symbols=AAPL");

        admin(200, "GET", "/api/admin/cache/stats", "");
        admin(200, "GET", ENTRIES, "?key=admin:AAPL");
        admin(200, "GET", ENTRIES, "?key=nobody:AAPL");
        admin(200, "DELETE", ENTRIES, "?user=admin");
        admin(200, "DELETE", "/api/admin/cache/all", "");
        admin(200, "POST", "/api/admin/cache/warmup", "");
        admin(400, "GET", ENTRIES, "");
        admin(400, "DELETE", ENTRIES, "?user=a&symbol=b");
        admin(405, "PUT", ENTRIES, "");
        admin(404, "GET", "/api/health", "");
        ApiAnswer stranger = ApiAnswer.of("GET", adminPort, "/api/admin/cache/stats");
        contract.check("GET", "/api/admin/cache/stats", stranger);
        assertThat(stranger.status()).isEqualTo(401);
    }

    @Test
    void everyKindOfProblemHasAnExampleThatIsOne() {
        JsonNode examples = contract.document().path("components").path("examples");
        JsonNode problem =
                contract.document().path("components").path("schemas").path("Problem");

        examples.propertyNames().forEach(name -> {
            JsonNode example = examples.path(name).path("value");
            contract.valid(name, problem, example.toString());
            assertThat(example.path("type").asString()).isEqualTo("urn:tiercache:problem:" + name);
        });
        for (int status : List.of(400, 401, 404, 405, 406, 414, 426, 500)) {
            ProblemDetail sent = ProblemDetail.ofStatus(status, "b7d9c2f1a4e86035");
            JsonNode example = examples.path(sent.type().substring(sent.type().lastIndexOf(':') + 1))
                    .path("value");
            assertThat(example.path("title").asString()).isEqualTo(sent.title());
            assertThat(example.path("detail").asString()).isEqualTo(sent.detail());
            assertThat(example.path("status").asInt()).isEqualTo(status);
        }
    }

    private ApiAnswer check(String method, String path, String query, String... headers) {
        ApiAnswer answer = ApiAnswer.of(method, service.port(), path + query, headers);
        contract.check(method, path, answer);
        return answer;
    }

    private void admin(int status, String method, String path, String query) {
        ApiAnswer answer = ApiAnswer.of(method, adminPort, path + query, "Authorization", "Bearer " + TOKEN);
        contract.check(method, path, answer);
        assertThat(answer.status()).as(method + " " + path + query).isEqualTo(status);
    }
}
