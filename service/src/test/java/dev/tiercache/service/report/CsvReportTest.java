package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.csv.CsvMarketData;
import dev.tiercache.service.market.demo.DemoMarketData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole path on files. */
class CsvReportTest {

    private final DemoMarketData demo =
            new DemoMarketData(Clock.fixed(Instant.parse("2025-11-24T15:00:00Z"), ZoneOffset.UTC));

    @Test
    void the_same_prices_give_the_same_figures_wherever_they_come_from(@TempDir Path directory) throws Exception {
        CsvFolder folder = new CsvFolder(directory).demo(demo, List.of("AAPL", "MSFT", "SPY"));
        MarketReportSource files = new MarketReportSource(new CsvMarketData(folder.path()), List.of("AAPL"));
        MarketReportSource generated = new MarketReportSource(demo, List.of("AAPL"));
        ReportSchema schema = new ReportSchema(files);
        ReportRequest request = new ReportRequest("alice", List.of("AAPL", "MSFT"));
        JsonNode report = schema.validated(files.report(request));
        JsonNode expected = schema.validated(generated.report(request));
        for (String part : List.of("as_of", "universe", "risk_panel", "signals", "actions")) {
            assertThat(report.get(part)).as(part).isEqualTo(expected.get(part));
        }
        assertThat(report.at("/sources/0/title").asString()).isEqualTo("CSV files: daily closes of AAPL, MSFT, SPY");
        assertThat(report.at("/executive_summary/thesis").asString()).startsWith("In 252 trading days");
        assertThat(report.at("/confidence/overall").asDouble()).isEqualTo(0.75);
    }

    @Test
    void a_portfolio_that_changes_on_disk_changes_the_next_report(@TempDir Path directory) throws Exception {
        CsvFolder folder = new CsvFolder(directory).demo(demo, List.of("AAPL", "MSFT", "SPY"));
        MarketReportSource source = new MarketReportSource(new CsvMarketData(folder.path()), List.of("AAPL"));
        assertThat(source.defaultSymbols("alice")).containsExactly("AAPL");
        folder.file("portfolios/alice.csv", "symbol,quantity\nMSFT,3\nAAPL,1\n");
        assertThat(source.defaultSymbols("alice")).containsExactly("AAPL", "MSFT");
        String report = new String(
                source.report(new ReportRequest("alice", source.defaultSymbols("alice"))), StandardCharsets.UTF_8);
        assertThat(report).contains("weights are the values of the user's holdings");
    }
}
