package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests the fast path takes on. */
class PlainRequestTest {

    private static final String LINE = "GET /api/investor-report?user_id=ada&symbols=AAPL,MSFT HTTP/1.1\r\n";

    @Test
    void aPlainRequestIsRead() {
        assertThat(read(LINE + "Host: localhost:8000\r\nUser-Agent: x/1 (y; z)\r\nAccept: */*\r\n\r\n"))
                .isEqualTo(new PlainRequest("ada", "AAPL,MSFT", null, null, null, false));
    }

    @Test
    void parametersComeInAnyOrderAndHeadersInAnyCase() {
        assertThat(read("GET /api/investor-report?symbols=^GSPC,GC=F&user_id=a@b.c-d_e HTTP/1.1\r\nhost:a\r\n"
                        + "X-REQUEST-ID: \t id-1 \r\nif-None-Match: W/\"1\", \"2\"\r\nConnection: Keep-Alive\r\n\r\n"))
                .isEqualTo(new PlainRequest("a@b.c-d_e", "^GSPC,GC=F", "id-1", "W/\"1\", \"2\"", null, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: 127.0.0.1:19210\r\n",
                "Host: localhost:8000\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n",
                "Connection: keep-alive\r\nHost: localhost:32000\r\nUser-Agent: Java-http-client/25\r\n",
                "Host: reports.example.com\r\nX-Request-ID: 0f\r\nX-Real-IP: 10.0.0.1\r\nX-Forwarded-For: 10.0.0.1\r\n"
                        + "X-Forwarded-Host: reports.example.com\r\nX-Forwarded-Port: 443\r\nX-Forwarded-Proto: https\r\n"
                        + "X-Scheme: https\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64)\r\naccept: application/json\r\n"
                        + "sec-fetch-mode: cors\r\ncookie: a=b; c=d\r\n"
            })
    void theHeadersOfWrkOfCurlOfJavaAndOfAProxyArePlain(String headers) {
        assertThat(read(LINE + headers + "\r\n")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&",
                "&fresh=true",
                "&fresh=false",
                "&user_id=bob",
                "&symbols=A",
                "&x=y",
                "%2CA",
                "+A",
                ";A",
                ":A",
                "#A",
                "\u00e9",
                " ",
                "\r\n"
            })
    void aQueryThatNeedsMoreThoughtIsLeftToTomcat(String more) {
        String line = LINE.replace(" HTTP", more + " HTTP").replace(more.isEmpty() ? "&symbols=AAPL,MSFT" : "\0", "");

        assertThat(read(line + "Host: a\r\n\r\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD /api/investor-report?user_id=ada&symbols=A HTTP/1.1\r\n",
                "get /api/investor-report?user_id=ada&symbols=A HTTP/1.1\r\n",
                "GET  /api/investor-report?user_id=ada&symbols=A HTTP/1.1\r\n",
                "GET /api/investor-report/?user_id=ada&symbols=A HTTP/1.1\r\n",
                "GET http://a/api/investor-report?user_id=ada&symbols=A HTTP/1.1\r\n",
                "GET /api/investor-report?user_id=ada&symbols=A HTTP/1.0\r\n",
                "GET /api/investor-report?user_id=ada&symbols=A HTTP/2.0\r\n",
                "GET /api/investor-report?user_id=ada&symbols=A HTTP/1.1\n",
                "GET /api/investor-report?user_id=ada&symbols=A\r\n",
                "GET /api/investor-report?user_id=ada&symbols=A  HTTP/1.1\r\n",
                "\r\nGET /api/investor-report?user_id=ada&symbols=A HTTP/1.1\r\n"
            })
    void anotherRequestLineIsLeftToTomcat(String line) {
        assertThat(read(line + "Host: a\r\n\r\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 0",
                "Transfer-Encoding: chunked",
                "Expect: 100-continue",
                "Upgrade: websocket",
                "Connection: close",
                "Connection: keep-alive, Upgrade",
                "Connection: keep-alive\r\nConnection: keep-alive",
                "RANGE: bytes=0-1",
                "Prefer: wait=1",
                "If-Modified-Since: Wed, 25 Nov 2026 22:02:50 GMT",
                "If-Match: *",
                "Origin: http://a",
                "Host: b",
                "X-Request-Id: a\r\nX-Request-Id: b",
                "If-None-Match: \"a\"\r\nIf-None-Match: \"b\"",
                "X : y",
                "X y",
                ": y",
                " folded: y",
                "X: y\r\n folded",
                "X: \u0001",
                "X: \u00e9",
                "X: a\nY: b",
                "X: a\rY: b"
            })
    void aHeaderThatCouldChangeTheAnswerIsLeftToTomcat(String header) {
        assertThat(read(LINE + "Host: a\r\n" + header + "\r\n\r\n")).isNull();
        assertThat(read(LINE + header + "\r\nHost: a\r\n\r\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "a..b", "-a", "a-", "a_b", "[::1]", "a:", "a:65536", "a:0", "a:8o", "a b", "a/b", "a@b"
            })
    void aHostThatMayBeNoneIsLeftToTomcat(String host) {
        assertThat(read(LINE + "Host: " + host + "\r\n\r\n")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "127.0.0.1", "127.0.0.1:65535", "localhost:8000", "reports-api.default.svc.cluster.local:80"
            })
    void usualHostsArePlain(String host) {
        assertThat(read(LINE + "Host: " + host + "\r\n\r\n")).isNotNull();
    }

    @Test
    void onlyOneWholeRequestIsPlain() {
        String whole = LINE + "Host: a\r\n\r\n";
        for (int length = 0; length < whole.length(); length++) {
            assertThat(read(whole.substring(0, length))).as("%s bytes", length).isNull();
        }
        assertThat(read(whole)).isNotNull();
        assertThat(read(whole + whole)).isNull();
        assertThat(read(whole + "\r\n\r\n")).isNull();
        assertThat(read(LINE + "\r\n")).as("without a host").isNull();
    }

    @Test
    void whatIsBehindTheBytesThatCameIsNotRead() {
        byte[] bytes = (LINE + "Host: a\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(PlainRequest.of(bytes, LINE.length())).isNull();
    }

    private static @Nullable PlainRequest read(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        return PlainRequest.of(bytes, bytes.length);
    }
}
