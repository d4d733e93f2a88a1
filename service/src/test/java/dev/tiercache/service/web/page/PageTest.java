package dev.tiercache.service.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.web.ApiAnswer;
import dev.tiercache.service.web.RunningService;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page, as they are sent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {

    private static final Pattern REFERENCE =
            Pattern.compile("(?:src|href)=\"(dashboard/[^\"]+)\"|from \"\\./([^\"]+)\"");

    private final RunningService service = RunningService.start(Map.of());

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void thePageAndAllThatItRefersToAreThereAndOfTheRightType() {
        Map<String, String> types =
                Map.of("html", "text/html", "css", "text/css", "js", "text/javascript", "svg", "image/svg+xml");
        Set<String> seen = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of("/dashboard"));
        while (!open.isEmpty()) {
            String path = open.pop();
            if (seen.add(path)) {
                ApiAnswer answer = service.get(path);
                assertThat(answer.status()).as(path).isEqualTo(200);
                String suffix = path.contains(".") ? path.substring(path.lastIndexOf('.') + 1) : "html";
                assertThat(answer.header("Content-Type")).as(path).startsWith(types.get(suffix));
                Matcher reference = REFERENCE.matcher(answer.body());
                while (reference.find()) {
                    open.push(
                            reference.group(1) != null ? "/" + reference.group(1) : "/dashboard/" + reference.group(2));
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(10).contains("/dashboard/main.js", "/dashboard/page.css");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dashboard", "/dashboard/main.js", "/dashboard/page.css"})
    void aBrowserIsToldToTrustNothingButThisService(String path) {
        ApiAnswer answer = service.get(path);

        assertThat(answer.header("Content-Security-Policy"))
                .contains(
                        "default-src 'none'",
                        "script-src 'self'",
                        "style-src 'self'",
                        "connect-src 'self'",
                        "base-uri 'none'",
                        "form-action 'self'",
                        "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http:", "https:", "*");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void thePageHoldsNoScriptAndNoStyleOfItsOwn() {
        assertThat(service.get("/dashboard").body())
                .doesNotContain("<style", " style=")
                .doesNotContainPattern("\\son[a-z]+=")
                .doesNotContainPattern("<script(?![^>]*src=)[^>]*>");
    }

    @Test
    void aFileThatTheBrowserHasIsNotSentAgain() {
        ApiAnswer first = service.get("/dashboard/main.js");

        ApiAnswer second = service.get("/dashboard/main.js", "If-None-Match", first.header("ETag"));

        assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(second.status()).isEqualTo(304);
        assertThat(second.bytes()).isEmpty();
    }

    @Test
    void filesAreCompressedForWhoAsks() {
        ApiAnswer answer = service.get("/dashboard/page.css", "Accept-Encoding", "gzip");

        assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.bytes().length)
                .isLessThan(service.get("/dashboard/page.css").bytes().length / 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dashboard/",
                "/dashboard/index.html",
                "/dashboard/PageHandler.class",
                "/dashboard/none.js",
                "/dashboard/a/main.js",
                "/dashboard/..%2fopenapi%2fopenapi.yaml"
            })
    void nothingElseIsServed(String path) {
        ApiAnswer answer = service.get(path);

        assertThat(answer.status()).isBetween(400, 404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void itIsOnlyRead() {
        assertThat(ApiAnswer.of("HEAD", service.port(), "/dashboard").status()).isEqualTo(200);
        ApiAnswer refused = ApiAnswer.of("POST", service.port(), "/dashboard");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow")).contains("GET", "HEAD");
    }

    @Test
    void theListOfEndpointsNamesIt() {
        assertThat(service.get("/").json().path("endpoints").toString()).contains("GET /dashboard");
    }

    @Test
    void healthCountsTheRequestsOfThisInstanceByTheirOutcome() {
        service.get("/api/investor-report?user_id=counted&symbols=AAPL");
        service.get("/api/investor-report?user_id=counted&symbols=AAPL");

        assertThat(service.get("/api/health").json().path("requests").toString())
                .isEqualTo("{\"l1\":1,\"l2\":0,\"miss\":1,\"stale\":0,\"error\":0}");
    }
}
