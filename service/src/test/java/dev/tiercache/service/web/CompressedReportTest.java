package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reports for clients that read gzip: the same reports, from a copy that was compressed once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompressedReportTest {

    private final RunningService service = RunningService.start(Map.of());

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void itIsTheSameReportWithMetadataOfItsOwn() throws IOException {
        String path = "/api/investor-report?user_id=same&symbols=AAPL";
        ApiAnswer plain = service.get(path);

        for (String id : new String[] {"first", "second"}) {
            ApiAnswer gzip = service.get(path, "Accept-Encoding", "gzip", "X-Request-Id", id);

            assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
            assertThat(gzip.header("Content-Type")).isEqualTo("application/json");
            assertThat(gzip.header("Vary")).isEqualToIgnoringCase("accept-encoding");
            assertThat(gzip.header("ETag")).isEqualTo(plain.header("ETag"));
            assertThat(gzip.header("Content-Length")).isEqualTo(Integer.toString(gzip.bytes().length));
            assertThat(gzip.bytes().length).isLessThan(plain.bytes().length / 2);
            JsonNode report = read(gzip);
            assertThat(report.path("metadata").path("request_id").asString()).isEqualTo(id);
            assertThat(withoutMetadata(report)).isEqualTo(withoutMetadata(plain.json()));
        }
        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(plain.header("Vary")).isEqualToIgnoringCase("accept-encoding");
    }

    @Test
    void theFirstAnswerOfAReportIsCompressedToo() throws IOException {
        ApiAnswer first = service.get("/api/investor-report?user_id=first&symbols=MSFT", "Accept-Encoding", "gzip");

        assertThat(read(first).path("metadata").path("cached").asBoolean()).isFalse();
    }

    @Test
    void theCompressedCopyCountsInTheHeapOfL1() {
        String path = "/api/investor-report?user_id=heap&symbols=AAPL";
        service.get(path);
        long before = l1Bytes();

        int sent = service.get(path, "Accept-Encoding", "gzip").bytes().length;
        long after = l1Bytes();
        service.get(path, "Accept-Encoding", "gzip");

        assertThat(after - before).isBetween(sent / 2L, (long) sent);
        assertThat(l1Bytes()).as("kept once").isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "br", "gzip;q=0", "identity, gzip;q=0.5", "*;q=0"})
    void whoDoesNotAskForItGetsItPlain(String acceptEncoding) {
        ApiAnswer answer =
                service.get("/api/investor-report?user_id=plain&symbols=AAPL", "Accept-Encoding", acceptEncoding);

        assertThat(answer.header("Content-Encoding")).isEmpty();
        assertThat(answer.json().path("metadata").path("user_id").asString()).isEqualTo("plain");
    }

    @Test
    void a304AndHeadSayWhatTheWholeAnswerWouldSay() {
        String path = "/api/investor-report?user_id=head&symbols=AAPL";
        ApiAnswer gzip = service.get(path, "Accept-Encoding", "gzip", "X-Request-Id", "same-length");

        ApiAnswer unchanged = service.get(path, "Accept-Encoding", "gzip", "If-None-Match", gzip.header("ETag"));
        ApiAnswer head = ApiAnswer.of("HEAD", service.port(), path, "Accept-Encoding", "gzip");

        assertThat(unchanged.status()).isEqualTo(304);
        assertThat(unchanged.bytes()).isEmpty();
        assertThat(unchanged.header("Vary")).isEqualToIgnoringCase("accept-encoding");
        assertThat(head.bytes()).isEmpty();
        assertThat(head.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(Integer.parseInt(head.header("Content-Length"))).isCloseTo(gzip.bytes().length, within10());
    }

    private long l1Bytes() {
        return service.get("/api/health").json().path("l1").path("bytes").asLong();
    }

    /** The time in the metadata has more digits now and then. */
    private static org.assertj.core.data.Offset<Integer> within10() {
        return org.assertj.core.data.Offset.offset(10);
    }

    private static JsonNode read(ApiAnswer gzip) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip.bytes()))) {
            return new JsonMapper().readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static JsonNode withoutMetadata(JsonNode report) {
        return ((ObjectNode) report).without("metadata");
    }
}
