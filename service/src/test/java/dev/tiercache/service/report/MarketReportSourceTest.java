package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tiercache.service.analytics.RiskMetrics;
import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.report.TableMarketData.Part;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reports on data that are written down: weights, gaps, and sources that fail. */
class MarketReportSourceTest {

    private static final LocalDate NEWEST = TableMarketData.NEWEST;
    private static final int CLOSES = 253;

    private final TableMarketData market = new TableMarketData()
            .walk("SPY", CLOSES, 0.0004, 0.01)
            .walk("AAA", CLOSES, 0.0006, 0.015)
            .walk("BBB", CLOSES, 0.0002, 0.02)
            .options("AAA", NEWEST, 0.55, -0.02, 1.5)
            .options("BBB", NEWEST, 0.85, 0.05, 1.0)
            .breadth(new MarketBreadth(NEWEST, 1800, 1200, 1.1, 8));
    private final MarketReportSource source = new MarketReportSource(market, List.of("AAA"));
    private final ReportSchema schema = new ReportSchema(source);

    private JsonNode report(String userId, String... symbols) throws ReportException {
        return schema.validated(source.report(new ReportRequest(userId, List.of(symbols))));
    }

    private static double[] closes(String symbol, double drift, double deviation) {
        return TableMarketData.noise(symbol, CLOSES, drift, deviation);
    }

    private static double[] returns(double[] values) {
        return IntStream.range(1, values.length)
                .mapToDouble(i -> values[i] / values[i - 1] - 1)
                .toArray();
    }

    @Test
    void without_holdings_all_symbols_have_the_same_value_today() throws ReportException {
        double[] a = closes("AAA", 0.0006, 0.015);
        double[] b = closes("BBB", 0.0002, 0.02);
        double[] value = IntStream.range(0, CLOSES)
                .mapToDouble(i -> a[i] / a[CLOSES - 1] + b[i] / b[CLOSES - 1])
                .toArray();
        JsonNode panel = report("alice", "AAA", "BBB").at("/risk_panel");
        assertThat(panel.at("/max_drawdown").asDouble())
                .isCloseTo(RiskMetrics.maxDrawdown(returns(value)), within(1e-6));
        assertThat(panel.at("/explanations/0").asString())
                .isEqualTo("From 252 daily returns between 2024-11-19 and 2025-11-21; weights are equal.");
    }

    @Test
    void with_holdings_the_portfolio_is_what_the_shares_held_were_worth() throws ReportException {
        market.holding("bob", "AAA", 30).holding("bob", "BBB", 10).holding("bob", "CCC", 5);
        double[] a = closes("AAA", 0.0006, 0.015);
        double[] b = closes("BBB", 0.0002, 0.02);
        double[] value = IntStream.range(0, CLOSES)
                .mapToDouble(i -> 30 * a[i] + 10 * b[i])
                .toArray();
        JsonNode report = report("bob", "AAA", "BBB");
        assertThat(report.at("/risk_panel/cvar_95").asDouble())
                .isCloseTo(RiskMetrics.cvar95(returns(value)), within(1e-6));
        assertThat(report.at("/risk_panel/explanations/0").asString()).endsWith("the values of the user's holdings.");
        double share = 30 * a[CLOSES - 1] / value[CLOSES - 1];
        assertThat(report.at("/executive_summary/key_risks").toString())
                .contains("AAA is " + Text.percent(100 * share) + " of the portfolio.");
        double bias = share * (0.15 / 0.3) + (1 - share) * (-0.15 / 0.3);
        assertThat(report.at("/signals/smart_money/options_bias").asDouble()).isCloseTo(bias, within(1e-6));
    }

    @Test
    void a_symbol_that_is_not_held_is_bought_or_watched_but_neither_kept_nor_sold() throws ReportException {
        market.holding("bob", "AAA", 30);
        JsonNode actions = report("bob", "AAA", "BBB").at("/actions");
        assertThat(actions.at("/0/action").asString()).isIn("buy", "hold", "sell");
        assertThat(actions.at("/1/action").asString()).isIn("buy", "watch");
    }

    @Test
    void a_portfolio_that_cannot_be_read_is_not_taken_for_the_default_one() {
        market.holding("bob", "BBB", 1);
        market.down.add(TableMarketData.Part.PORTFOLIO);

        for (ThrowingCallable ask :
                List.<ThrowingCallable>of(() -> source.defaultSymbols("bob"), () -> source.phase4("bob"))) {
            assertThatThrownBy(ask)
                    .isInstanceOfSatisfying(
                            ReportException.class,
                            e -> assertThat(e.kind()).isEqualTo(ReportException.Kind.SOURCE_UNAVAILABLE));
        }
    }

    @Test
    void a_user_without_symbols_gets_what_the_user_holds() throws ReportException {
        market.holding("bob", "BBB", 1).holding("bob", "AAA", 1);
        assertThat(source.defaultSymbols("bob")).containsExactly("AAA", "BBB");
        assertThat(source.defaultSymbols("alice")).containsExactly("AAA");
    }

    @Test
    void a_request_for_what_is_not_held_is_weighted_equally() throws ReportException {
        market.holding("bob", "AAA", 30);
        assertThat(report("bob", "BBB").at("/risk_panel/explanations/0").asString())
                .endsWith("weights are equal.");
    }

    @Test
    void without_a_benchmark_what_needs_one_is_zero_or_null_and_says_so() throws ReportException {
        MarketReportSource alone =
                new MarketReportSource(new TableMarketData().walk("AAA", CLOSES, 0.001, 0.01), List.of("AAA"));
        JsonNode report = schema.validated(alone.report(new ReportRequest("alice", List.of("AAA"))));
        assertThat(report.at("/risk_panel/gh1").asDouble()).isZero();
        assertThat(report.at("/risk_panel/omega").asDouble()).isPositive();
        assertThat(report.at("/risk_panel/explanations").toString()).contains("no recent prices of the benchmark SPY");
        assertThat(report.at("/signals/phase4_tech/residual_momentum").isNull()).isTrue();
        assertThat(report.at("/signals/phase4_tech/seasonality_score").isNumber())
                .isTrue();
        assertThat(report.at("/signals/regime").asString()).isEqualTo("Normal");
        assertThat(report.at("/confidence/drivers").toString()).contains("stands in");
        assertThat(report.at("/actions/0/action").asString()).isEqualTo("watch");
    }

    @Test
    void one_signal_that_fails_takes_no_other_with_it() throws ReportException {
        JsonNode whole = report("alice", "AAA", "BBB");
        market.down.add(Part.OPTIONS);
        JsonNode report = report("alice", "AAA", "BBB");
        JsonNode signals = report.at("/signals/phase4_tech");
        assertThat(signals.at("/options_flow_composite").isNull()).isTrue();
        assertThat(signals.at("/unavailable_with_reason").asString())
                .isEqualTo("options_flow_composite: no options data for the portfolio");
        for (String other : List.of("/residual_momentum", "/seasonality_score", "/breadth_liquidity")) {
            assertThat(signals.at(other)).isEqualTo(whole.at("/signals/phase4_tech" + other));
        }
        assertThat(report.at("/signals/smart_money/options_bias").asDouble()).isZero();
        assertThat(report.at("/confidence/drivers").toString()).contains("Options of AAA, BBB could not be read.");
        assertThat(report.at("/confidence/overall").asDouble())
                .isCloseTo(whole.at("/confidence/overall").asDouble() - 0.10, within(1e-9));
    }

    @Test
    void breadth_that_fails_is_null_and_named() throws ReportException {
        market.down.add(Part.BREADTH);
        JsonNode report = report("alice", "AAA");
        assertThat(report.at("/signals/phase4_tech/breadth_liquidity").isNull()).isTrue();
        assertThat(report.at("/executive_summary/key_risks").toString()).contains("Market breadth could not be read.");
    }

    @Test
    void prices_that_fail_are_no_report_but_a_reason_to_ask_again() {
        market.down.add(Part.PRICES);
        ReportRequest request = new ReportRequest("alice", List.of("AAA"));
        for (var call : List.<ThrowingCallable>of(() -> source.report(request), () -> source.phase4("alice"))) {
            assertThatExceptionOfType(ReportException.class).isThrownBy(call).satisfies(e -> {
                assertThat(e.kind()).isEqualTo(ReportException.Kind.SOURCE_UNAVAILABLE);
                assertThat(e.retryAfter()).isGreaterThan(Duration.ZERO);
            });
        }
    }

    @Test
    void a_symbol_that_trades_no_more_does_not_cut_the_window_of_the_others() throws ReportException {
        JsonNode whole = report("alice", "AAA");
        market.closes("OLD", NEWEST.minusDays(30), closes("OLD", 0, 0.01)); // a Wednesday
        JsonNode report = report("alice", "AAA", "OLD");
        assertThat(report.at("/risk_panel/omega")).isEqualTo(whole.at("/risk_panel/omega"));
        assertThat(report.at("/risk_panel/explanations").toString())
                .contains("Left out: OLD, no close since 2025-10-22.");
        assertThat(report.at("/executive_summary/key_risks").toString()).contains("Not in the risk panel: OLD");
        assertThat(report.at("/actions/1/action").asString()).isEqualTo("watch");
    }

    @Test
    void a_day_on_which_one_symbol_has_no_close_is_no_common_day() throws ReportException {
        double[] b = closes("BBB", 0.0002, 0.02);
        List<Long> days = new ArrayList<>();
        List<Double> kept = new ArrayList<>();
        PriceHistory whole = history("BBB");
        for (int i = 0; i < CLOSES; i++) {
            if (i != 100) {
                days.add(whole.epochDay(i));
                kept.add(b[i]);
            }
        }
        market.prices(new PriceHistory(
                "BBB",
                days.stream().mapToLong(Long::longValue).toArray(),
                kept.stream().mapToDouble(Double::doubleValue).toArray()));
        double[] withoutDay = kept.stream().mapToDouble(Double::doubleValue).toArray();
        JsonNode panel = report("alice", "BBB").at("/risk_panel");
        assertThat(panel.at("/explanations/0").asString()).startsWith("From 251 daily returns");
        assertThat(panel.at("/cvar_95").asDouble()).isCloseTo(RiskMetrics.cvar95(returns(withoutDay)), within(1e-6));
    }

    private PriceHistory history(String symbol) {
        try {
            return market.prices(symbol).orElseThrow();
        } catch (MarketDataException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void every_source_has_the_day_of_its_own_data() throws ReportException {
        market.options("BBB", NEWEST.minusDays(1), 0.85, 0.05, 1.0)
                .breadth(new MarketBreadth(NEWEST.minusDays(2), 1800, 1200, 1.1, Double.NaN));
        JsonNode sources = report("alice", "AAA", "BBB").at("/sources");
        List<String> lines = new ArrayList<>();
        sources.forEach(source -> lines.add(
                source.get("title").asString() + " " + source.get("as_of").asString()));
        assertThat(lines)
                .containsExactly(
                        "Table: daily closes of AAA, BBB, SPY 2025-11-21T21:00:00Z",
                        "Table: options activity of AAA 2025-11-21T21:00:00Z",
                        "Table: options activity of BBB 2025-11-20T21:00:00Z",
                        "Table: market breadth 2025-11-19T21:00:00Z",
                        "Risk metrics, signals and actions, computed from the data above 2025-11-21T21:00:00Z");
    }

    @Test
    void full_coverage_leaves_only_the_signals_without_a_source_to_doubt() throws ReportException {
        assertThat(report("alice", "AAA", "BBB").at("/confidence/overall").asDouble())
                .isEqualTo(0.75);
    }

    @Test
    void figures_that_cross_their_thresholds_are_key_risks() throws ReportException {
        double[] falling = IntStream.range(0, CLOSES)
                .mapToDouble(i -> (i % 2 == 0 ? 99 : 93) * Math.pow(0.998, i))
                .toArray();
        market.closes("BAD", NEWEST, falling);
        String risks = report("alice", "BAD").at("/executive_summary/key_risks").toString();
        assertThat(risks).contains("from its peak", "The worst 5 % of days lost");
        assertThat(report("alice", "SPY").at("/executive_summary/key_risks/0").asString())
                .startsWith("No figure crosses its threshold");
    }

    @Test
    void fallback_symbols_that_are_no_tickers_are_refused_at_the_start() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MarketReportSource(market, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> new MarketReportSource(market, List.of("no ticker")));
    }

    @Test
    void the_schema_refuses_what_a_report_never_is() throws ReportException {
        ObjectNode report = (ObjectNode) report("alice", "AAA");
        assertThat(schema.complaints(report)).isEmpty();
        assertThat(schema.complaints(report.deepCopy().put("more", 1))).contains("more");
        assertThat(schema.complaints(report.deepCopy().put("as_of", "yesterday")))
                .contains("as_of");
        assertThat(schema.complaints(report.deepCopy().putNull("confidence"))).contains("confidence");
        ObjectNode noReason = report.deepCopy();
        ((ObjectNode) noReason.at("/signals/phase4_tech")).putNull("breadth_liquidity");
        assertThat(schema.complaints(noReason)).contains("unavailable_with_reason");
    }
}
