package dev.tiercache.service.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.config.SentrySettings;
import dev.tiercache.service.errors.ErrorReports.Kind;
import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.web.RunningService;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What arrives at a server of Sentry, and what does not. */
class SentryReportsTest {

    @TempDir
    Path folder = Path.of("");

    private final SentryServer server = server();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void anErrorArrivesWithItsKindAndStackAndWithoutItsMessage() throws IOException {
        try (SentryReports reports = new SentryReports(new SentrySettings(server.dsn(), "staging", "tiercache@9.9"))) {
            reports.report(
                    Kind.REQUEST,
                    "A request failed",
                    new IllegalStateException("user ann.private", new IOException("from 10.1.2.3")));
            await().until(() -> !server.envelopes().isEmpty());
        }

        String envelope = server.envelopes().getFirst();
        JsonNode event = JsonMapper.shared().readTree(envelope.lines().toList().get(2));
        assertThat(event.path("environment").asString()).isEqualTo("staging");
        assertThat(event.path("release").asString()).isEqualTo("tiercache@9.9");
        assertThat(event.path("level").asString()).isEqualTo("error");
        assertThat(event.path("tags").path("kind").asString()).isEqualTo("request");
        assertThat(event.path("message").path("formatted").asString()).isEqualTo("A request failed");
        assertThat(event.path("exception").findValuesAsString("type")).contains("IllegalStateException", "IOException");
        assertThat(event.path("exception").toString()).contains("anErrorArrivesWithItsKindAndStack");
        assertThat(event.has("user")).isFalse();
        assertThat(event.has("request")).isFalse();
        assertThat(event.has("server_name")).isFalse();
        assertThat(envelope)
                .doesNotContain("ann.private", "10.1.2.3", "breadcrumbs")
                .doesNotContain(System.getProperty("user.home") + "/")
                .doesNotContain("\"" + InetAddress.getLocalHost().getHostName() + "\"");
        assertThat(server.heads().getFirst()).contains("publickey");
    }

    @Test
    void aStormOfOneKindSendsTenAndHidesNoOtherKind() {
        try (SentryReports reports = new SentryReports(new SentrySettings(server.dsn(), "production", ""))) {
            for (int i = 0; i < 500; i++) {
                reports.report(Kind.COMPUTATION, "storm", null);
            }
            reports.report(Kind.L2_DOWN, "quiet", null);
            await().until(() -> server.envelopes().stream().anyMatch(each -> each.contains("quiet")));
        }

        // One more where the test took so long that the budget grew.
        assertThat(server.envelopes().stream().filter(each -> each.contains("storm")))
                .hasSizeBetween(SentryReports.PER_MINUTE, SentryReports.PER_MINUTE + 2);
    }

    @Test
    void aServiceReportsComputationsThatFailAndSaysNothingOfTheUser() throws IOException {
        CsvFolder data =
                new CsvFolder(folder.resolve("data")).demo(new DemoMarketData(Clock.systemUTC()), List.of("AAPL"));
        try (RunningService service = RunningService.start(Map.of(
                "MARKET_DATA_SOURCE",
                "csv",
                "MARKET_DATA_FOLDER",
                data.path().toString(),
                "SENTRY_DSN",
                server.dsn(),
                "SENTRY_ENVIRONMENT",
                "test"))) {
            service.get("/api/investor-report?user_id=very.private&symbols=ZZZSECRET");
            Files.move(data.path().resolve("prices"), data.path().resolve("gone"));

            assertThat(service.get(
                                    "/api/investor-report?user_id=very.private&symbols=SECRETCO",
                                    "Authorization",
                                    "Bearer hidden")
                            .status())
                    .isEqualTo(503);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> !server.envelopes().isEmpty());
        }

        assertThat(server.envelopes()).as("unknown symbols are no error").hasSize(1);
        assertThat(server.envelopes().getFirst())
                .contains("\"kind\":\"computation\"", "ReportException", "\"environment\":\"test\"")
                .doesNotContain(
                        "very.private", "SECRET", "hidden", "Authorization", "user_id", "127.0.0.1", folder.toString());
    }

    private static SentryServer server() {
        try {
            return new SentryServer();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
