package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.csv.CsvMarketData;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.market.http.HttpMarketData;
import dev.tiercache.service.market.http.MarketServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole path over HTTP: as fast as the source, whatever comes first, and honest about copies. */
class HttpReportTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final List<String> FIFTY =
            IntStream.range(10, 60).mapToObj(i -> "S" + i).toList();

    private final DemoMarketData demo =
            new DemoMarketData(Clock.fixed(Instant.parse("2025-11-24T15:00:00Z"), ZoneOffset.UTC));

    @TempDir
    private Path directory;

    private MarketServer server;

    @BeforeEach
    void start() throws IOException {
        new CsvFolder(directory)
                .demo(demo, Stream.concat(FIFTY.stream(), Stream.of("SPY")).toList());
        server = new MarketServer(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String report(HttpMarketData market, String user, List<String> symbols) throws ReportException {
        byte[] bytes = new MarketReportSource(market, List.of("S10")).report(new ReportRequest(user, symbols));
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void fifty_symbols_take_about_as_long_as_one() throws Exception {
        try (HttpMarketData market = server.source(Duration.ofSeconds(10), DAY)) {
            market.breadth(); // what is loaded once has no part in it
            server.answer(server.atOnce(51));
            long start = System.nanoTime();
            String report = report(market, "ann", FIFTY);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(report).contains("\"S10\"", "\"S59\"");
            assertThat(server.asked()).hasSize(103);
            assertThat(server.most()).as("questions at once").isGreaterThan(50);
            assertThat(took).as("5 s where they do not come at once").isLessThan(Duration.ofSeconds(3));
        }
    }

    @Test
    void the_report_does_not_depend_on_which_answer_comes_first() throws Exception {
        MarketReportSource files = new MarketReportSource(new CsvMarketData(directory), List.of("S10"));
        String expected = new String(files.report(new ReportRequest("ann", FIFTY)), StandardCharsets.UTF_8)
                .replace("CSV files", "Market data server")
                .replace("urn:tiercache:csv", "urn:tiercache:http");
        server.answer(exchange -> server.after(
                        Duration.ofMillis(ThreadLocalRandom.current().nextInt(60)))
                .answer(exchange));
        for (int i = 0; i < 3; i++) {
            try (HttpMarketData market = server.source(Duration.ofSeconds(10), DAY)) {
                assertThat(report(market, "ann", FIFTY)).isEqualTo(expected);
            }
        }
    }

    @Test
    void users_who_ask_for_the_same_symbols_share_what_is_fetched() throws Exception {
        try (HttpMarketData market = server.source(Duration.ofSeconds(10), DAY)) {
            report(market, "ann", FIFTY);
            int asked = server.asked().size();
            report(market, "bob", FIFTY);
            assertThat(server.asked()).hasSize(asked + 1);
            assertThat(server.asked().getLast()).isEqualTo("/portfolios/bob");
        }
    }

    @Test
    void what_stands_in_for_data_of_now_is_named_and_lowers_the_confidence() throws Exception {
        try (HttpMarketData market = server.source(Duration.ofSeconds(5), Duration.ofMillis(1))) {
            ReportSchema schema = new ReportSchema(new MarketReportSource(market, List.of("S10")));
            List<String> symbols = List.of("S10", "S11");
            String before = report(market, "ann", symbols);
            server.answer("/prices/", MarketServer.status(403));

            JsonNode report = schema.validated(report(market, "ann", symbols).getBytes(StandardCharsets.UTF_8));

            JsonNode fresh = schema.validated(before.getBytes(StandardCharsets.UTF_8));
            assertThat(report.at("/risk_panel")).isEqualTo(fresh.at("/risk_panel"));
            for (String place : List.of("/confidence/drivers", "/executive_summary/key_risks")) {
                assertThat(report.at(place).toString())
                        .containsPattern("Prices of S10, S11, SPY are copies from 20..-..-..T..:..:00Z:"
                                + " the source does not give them now\\.")
                        .doesNotContain("Options of");
                assertThat(fresh.at(place).toString()).doesNotContain("copies");
            }
            assertThat(report.at("/confidence/overall").asDouble())
                    .isCloseTo(0.8 * fresh.at("/confidence/overall").asDouble(), within(1e-6));
        }
    }

    @Test
    void options_that_do_not_come_in_time_are_a_gap_and_not_a_report_less() throws Exception {
        server.answer("/options/", server.silent());
        try (HttpMarketData market = server.source(Duration.ofSeconds(3), DAY)) {
            assertThat(report(market, "ann", List.of("S10", "S11"))).contains("Options of S10, S11 could not be read.");
        }
    }

    @Test
    void prices_that_do_not_come_are_no_report_and_who_asks_hears_when_to_come_again() {
        server.answer("/prices/S11", MarketServer.status(429, "Retry-After", "42"));
        try (HttpMarketData market = server.source(Duration.ofSeconds(5), DAY)) {
            assertThatExceptionOfType(ReportException.class)
                    .isThrownBy(() -> report(market, "ann", List.of("S11")))
                    .satisfies(
                            e -> assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(42)));
            await().until(() -> server.asked().contains("/prices/S11"));
        }
    }
}
