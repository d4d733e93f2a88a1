package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.report.ActionRules.Verdict;
import dev.tiercache.service.report.InvestorReport.Phase4Tech;
import dev.tiercache.service.report.InvestorReport.Phase4Update;
import dev.tiercache.service.report.InvestorReport.RiskPanel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes reports from market data: fetches the evidence once, lets each rule add its part, and writes the JSON. */
public final class MarketReportSource implements ReportSource {

    private static final String SCHEMA = "investor-report-v1.schema.json";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final MarketData market;
    private final List<String> fallbackSymbols;
    private final String schema;

    /**
     * A source of reports.
     *
     * @param market where the data come from
     * @param fallbackSymbols symbols for a user without a portfolio when none are asked for; 1 to 50 tickers
     * @throws IllegalArgumentException when a ticker is not one, or there are none or too many
     */
    public MarketReportSource(MarketData market, List<String> fallbackSymbols) {
        this.market = market;
        this.fallbackSymbols = new ReportRequest("default", sorted(fallbackSymbols)).symbols();
        schema = read(SCHEMA);
    }

    @Override
    public byte[] report(ReportRequest request) throws ReportException {
        Evidence evidence = gather(request);
        if (evidence.prices().isEmpty()) {
            throw ReportException.unknownSymbols(request.symbols());
        }
        Portfolio portfolio = Portfolio.of(evidence);
        RiskPanel risk = RiskRules.of(evidence, portfolio);
        List<Verdict> verdicts = ActionRules.of(evidence, portfolio);
        return ReportJson.bytes(new InvestorReport(
                Evidence.asOf(evidence.newestDate()).toString(),
                evidence.universe(),
                SummaryRules.of(evidence, portfolio, risk, verdicts),
                risk,
                SignalRules.of(evidence, portfolio),
                verdicts.stream().map(Verdict::action).toList(),
                SourceRules.of(evidence),
                ConfidenceRules.of(evidence, portfolio)));
    }

    @Override
    public byte[] phase4(String userId) throws ReportException {
        long start = System.nanoTime();
        Evidence evidence = gather(new ReportRequest(userId, defaultSymbols(userId)));
        return evidence.prices().isEmpty()
                ? update(Phase4.none("no data for " + Text.list(evidence.unknown())), null, start)
                : update(
                        Phase4.of(evidence, Portfolio.of(evidence)),
                        Evidence.asOf(evidence.newestDate()).toString(),
                        start);
    }

    private static byte[] update(Phase4Tech signals, @Nullable String asOf, long startNanos) {
        return ReportJson.bytes(new Phase4Update(
                signals.optionsFlowComposite(),
                signals.residualMomentum(),
                signals.seasonalityScore(),
                signals.breadthLiquidity(),
                signals.unavailableWithReason(),
                asOf,
                ReportJson.rounded((System.nanoTime() - startNanos) / 1e6)));
    }

    @Override
    public List<String> defaultSymbols(String userId) throws ReportException {
        try {
            List<String> held = sorted(
                    market.portfolio(userId).stream().map(Holding::symbol).toList());
            return held.isEmpty() ? fallbackSymbols : held.subList(0, Math.min(held.size(), ReportRequest.MAX_SYMBOLS));
        } catch (MarketDataException e) {
            // Another portfolio than the user's would be a wrong answer, and would be cached.
            throw unavailable(e);
        }
    }

    @Override
    public String schema() {
        return schema;
    }

    private Evidence gather(ReportRequest request) throws ReportException {
        try {
            return Evidence.gather(market, request);
        } catch (MarketDataException e) {
            throw unavailable(e);
        }
    }

    private static ReportException unavailable(MarketDataException e) {
        return ReportException.sourceUnavailable(
                String.valueOf(e.getMessage()), e.retryAfter().isPositive() ? e.retryAfter() : RETRY_AFTER);
    }

    private static List<String> sorted(List<String> symbols) {
        return List.copyOf(new TreeSet<>(symbols));
    }

    private static String read(String resource) {
        try (InputStream in = MarketReportSource.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + resource, e);
        }
    }
}
