package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.TieredCache;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** The fast path beside the whole of Tomcat and Spring: where it answers, it answers the same. */
class ReportFastPathTest {

    private static final int KEEP_ALIVE_MILLIS = 60_000;
    private static final String PLAIN = request("user_id=ada&symbols=AAPL,MSFT", "");

    private static @Nullable RunningService service;
    private static @Nullable RawClient client;

    @BeforeContainer
    static void start() throws IOException {
        service = RunningService.start(Map.of());
        client = new RawClient(service.port());
        for (String query : List.of("user_id=ada&symbols=AAPL,MSFT", "user_id=bob&symbols=BRK.B,GC=F")) {
            assertThat(slowly(request(query, ""))).startsWith("HTTP/1.1 200");
        }
    }

    @AfterContainer
    static void stop() throws IOException {
        client().close();
        service().close();
    }

    @Property(tries = 500)
    void whereItAnswersItAnswersAsTheController(@ForAll("requests") String request) throws IOException {
        String fast = fast(request);

        if (fast != null) {
            assertThat(announced(fast)).isEqualTo(fast.length() - fast.indexOf("\r\n\r\n") - 4);
            assertThat(comparable(fast)).isEqualTo(comparable(slowly(request)));
        }
    }

    @Example
    void itAnswersWhatL1Has() throws IOException {
        assertThat(fast(PLAIN)).startsWith("HTTP/1.1 200");
        assertThat(fast(request("symbols=BRK.B,GC=F&user_id=bob", ""))).startsWith("HTTP/1.1 200");
        assertThat(fast(request("user_id=ada&symbols=AAPL,MSFT", "If-None-Match: *\r\n")))
                .startsWith("HTTP/1.1 304");
    }

    @Example
    void itSendsTheCompressedCopyOnceThereIsOne() throws IOException {
        assertThat(slowly(request("user_id=zip&symbols=AAPL", ""))).startsWith("HTTP/1.1 200");
        String gzip = request("user_id=zip&symbols=AAPL", "Accept-Encoding: gzip, deflate, br\r\n");
        assertThat(fast(gzip)).as("not compressed yet").isNull();
        String slow = slowly(gzip);

        String fast = fast(gzip);

        assertThat(fast).isNotNull().contains("\r\nContent-Encoding: gzip\r\n");
        assertThat(comparable(Objects.requireNonNull(fast))).isEqualTo(comparable(slow));
    }

    @Example
    void itLeavesToTheControllerWhatL1DoesNotHave() {
        assertThat(fast(request("user_id=new&symbols=AAPL,MSFT", ""))).isNull();
        assertThat(fast(request("user_id=ada&symbols=MSFT,AAPL", "")))
                .as("not canonical")
                .isNull();
        assertThat(fast(request("user_id=ada&symbols=", ""))).isNull();
    }

    @Example
    void itsAnswersAreCountedWithThoseOfTheController() throws IOException {
        double before = count("http_server_requests_seconds_count.*status=\"200\",uri=\"/api/investor-report\"");
        double hits = count("ir_requests_seconds_count.*l1");
        double reads = count("ir_cache_gets_total.*layer=\"l1\",result=\"hit\"");

        client().send(PLAIN).answer();
        slowly(PLAIN);

        assertThat(count("http_server_requests_seconds_count.*status=\"200\",uri=\"/api/investor-report\"") - before)
                .isEqualTo(2);
        assertThat(count("ir_requests_seconds_count.*l1") - hits).isEqualTo(2);
        assertThat(count("ir_cache_gets_total.*layer=\"l1\",result=\"hit\"") - reads)
                .isEqualTo(2);
    }

    @Provide
    Arbitrary<String> requests() {
        Arbitrary<String> query = Arbitraries.frequencyOf(
                Tuple.of(
                        6,
                        Arbitraries.of(
                                "user_id=ada&symbols=AAPL,MSFT",
                                "symbols=AAPL,MSFT&user_id=ada",
                                "user_id=bob&symbols=BRK.B,GC=F")),
                Tuple.of(
                        2,
                        Arbitraries.of("user_id", "symbols", "fresh", "x")
                                .flatMap(name -> Arbitraries.of(
                                                "ada",
                                                "AAPL,MSFT",
                                                "MSFT,AAPL",
                                                "aapl,MSFT",
                                                "",
                                                "no",
                                                "%41",
                                                "a:b",
                                                ",")
                                        .map(value -> name + "=" + value))
                                .list()
                                .ofMinSize(0)
                                .ofMaxSize(4)
                                .map(parameters -> String.join("&", parameters))));
        Arbitrary<String> headers = Arbitraries.of(
                        "Accept: */*",
                        "Accept: text/html;q=x, nonsense",
                        "accept:application/json",
                        "Accept-Language: de, en;q=0.5",
                        "Authorization: Bearer abc",
                        "Connection: keep-alive",
                        "Connection: close",
                        "Cookie: a=b; c=\"d; e",
                        "If-None-Match: *",
                        "If-None-Match: \"other\", W/\"and another\"",
                        "If-None-Match:",
                        "Range: bytes=0-10",
                        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "X-Forwarded-For: 10.0.0.1",
                        "X-Forwarded-Proto: https",
                        "X-Forwarded-Host: elsewhere.example",
                        "Forwarded: for=10.0.0.1;proto=https",
                        "X-HTTP-Method-Override: DELETE",
                        "X-REQUEST-ID: from-the-client",
                        "X-Request-Id: not plain",
                        "X-Request-Id:",
                        "Accept-Encoding: gzip",
                        "Strange: \"'<>%00|^")
                .list()
                .uniqueElements()
                .ofMaxSize(5)
                .map(lines -> lines.isEmpty() ? "" : String.join("\r\n", lines) + "\r\n");
        return Combinators.combine(query, headers).as(ReportFastPathTest::request);
    }

    private static String request(String query, String headers) {
        return "GET /api/investor-report?" + query + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    private static @Nullable String fast(String request) {
        byte[] bytes = request.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer answer = new ReportFastPath(
                        service().part(TieredCache.class),
                        service().part(ReportLoaders.class),
                        service().part(RequestMeters.class),
                        service().part(Drain.class))
                .answer(bytes, bytes.length, KEEP_ALIVE_MILLIS);
        return answer == null
                ? null
                : StandardCharsets.ISO_8859_1.decode(answer).toString();
    }

    /** The controller's answer: a preference, which means nothing to it, keeps a request from the fast path. */
    private static String slowly(String request) throws IOException {
        return client().send(request.replaceFirst("\r\n", "\r\nPrefer: nothing\r\n"))
                .answer();
    }

    private static int announced(String answer) {
        Matcher length = Pattern.compile("\r\nContent-Length: (\\d+)\r\n").matcher(answer);
        return length.find() ? Integer.parseInt(length.group(1)) : 0;
    }

    /** Without what differs from one moment or request to the next. */
    private static String comparable(String answer) {
        return readable(answer)
                .replaceAll("(?m)^Date: .* GMT", "Date: D")
                .replaceAll("(?m)^X-Request-Id: [0-9a-f]{16}\r", "X-Request-Id: I\r")
                .replaceAll("(?m)^Content-Length: \\d+", "Content-Length: L")
                .replaceAll("(?m)^Age: \\d+", "Age: A")
                .replaceAll("hit; ttl=\\d+", "hit; ttl=T")
                .replaceAll("\"age_seconds\":\\d+,\"ttl_seconds\":\\d+", "\"age_seconds\":A,\"ttl_seconds\":T")
                .replaceAll("\"response_time_ms\":\\d+\\.\\d\\d,", "\"response_time_ms\":R,")
                .replaceAll("\"request_id\":\"[0-9a-f]{16}\"", "\"request_id\":\"I\"");
    }

    /** A compressed answer with its body as it was before. */
    private static String readable(String answer) {
        int body = answer.indexOf("\r\n\r\n") + 4;
        if (!answer.contains("\r\nContent-Encoding: gzip\r\n")) {
            return answer;
        }
        byte[] bytes = answer.substring(body).getBytes(StandardCharsets.ISO_8859_1);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return answer.substring(0, body) + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Some counts are raised when the answer is already on its way. One connection serves one request after the other:
     * once it has answered another one, all before it are counted.
     */
    private static double count(String series) throws IOException {
        assertThat(client().send("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .answer())
                .startsWith("HTTP/1.1 200");
        String metrics = new String(
                URI.create("http://127.0.0.1:" + service().managementPort() + "/actuator/prometheus")
                        .toURL()
                        .openStream()
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        return metrics.lines()
                .filter(line -> line.matches(series + ".*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static RunningService service() {
        return Objects.requireNonNull(service);
    }

    private static RawClient client() {
        return Objects.requireNonNull(client);
    }
}
