package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.market.demo.DemoMarketData;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MarketReportSourceTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-11-24T15:00:00Z"), ZoneOffset.UTC);
    private final MarketReportSource source =
            new MarketReportSource(new DemoMarketData(CLOCK), List.of("MSFT", "AAPL"));
    private final ReportSchema schema = new ReportSchema(source.schema());

    @Test
    void a_report_on_demo_data_satisfies_the_schema() throws ReportException {
        byte[] report = source.report(new ReportRequest("alice", List.of("AAPL", "MSFT", "SPY")));
        JsonNode json = schema.validated(report);
        assertThat(json.at("/as_of").asString()).isEqualTo("2025-11-21T21:00:00Z");
    }
}
