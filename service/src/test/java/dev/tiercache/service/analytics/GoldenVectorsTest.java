package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outputs of the system that this one replaces, where the definition is the same. Where it is not, docs/report.md says
 * why, and the other tests here hold ours against its closed form.
 */
class GoldenVectorsTest {

    private static final double ROUNDING = 1e-12;

    private final JsonNode vectors = read();

    @TestFactory
    Stream<DynamicTest> options_flow_composite_is_as_it_was() {
        return each("options_flow", v -> "pcr " + v.get("pcr") + ", skew " + v.get("iv_skew"), v -> {
            OptionalDouble score = Phase4Signals.optionsFlowComposite(
                    number(v, "pcr"), number(v, "iv_skew"), number(v, "volume_ratio"));
            assertThat(score.getAsDouble()).isCloseTo(number(v, "score"), within(ROUNDING));
        });
    }

    @TestFactory
    Stream<DynamicTest> breadth_liquidity_is_as_it_was() {
        return each("breadth_liquidity", v -> v.get("advancing") + " up, spread " + v.get("spread_bps"), v -> {
            OptionalDouble score = Phase4Signals.breadthLiquidity(
                    number(v, "advancing"), number(v, "declining"), number(v, "volume_ratio"), number(v, "spread_bps"));
            assertThat(score.getAsDouble()).isCloseTo(number(v, "score"), within(ROUNDING));
        });
    }

    @TestFactory
    Stream<DynamicTest> seasonality_is_as_it_was_and_null_below_60_days() {
        return each("seasonality", v -> v.get("name").asString(), v -> {
            double[] returns = numbers(v.get("returns"));
            OptionalDouble score = Phase4Signals.seasonalityScore(dates(v, returns.length), returns);
            if (returns.length < Phase4Signals.SEASONALITY_DAYS) {
                assertThat(score).isEmpty();
            } else {
                assertThat(score.getAsDouble()).isCloseTo(number(v, "both"), within(ROUNDING));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> portfolio_metrics_are_as_they_were() {
        Map<String, BiFunction<double[], double[], Double>> metrics = Map.ofEntries(
                Map.entry("total_return", (r, b) -> PerformanceMetrics.totalReturn(r)),
                Map.entry("annualized_return", (r, b) -> PerformanceMetrics.annualReturn(r)),
                Map.entry("volatility", (r, b) -> PerformanceMetrics.volatility(r)),
                Map.entry("max_drawdown", (r, b) -> -RiskMetrics.maxDrawdown(r) / 100),
                Map.entry("cvar_95", (r, b) -> -RiskMetrics.cvar95(r) / 100),
                Map.entry("sharpe_ratio", (r, b) -> PerformanceMetrics.sharpe(r)),
                Map.entry("calmar_ratio", (r, b) -> PerformanceMetrics.calmar(r)),
                Map.entry("information_ratio", PerformanceMetrics::informationRatio),
                Map.entry("alpha", PerformanceMetrics::alpha),
                Map.entry("beta", PerformanceMetrics::beta),
                Map.entry("r_squared", PerformanceMetrics::rSquared),
                Map.entry("omega_ratio", (r, b) -> RiskMetrics.omega(r)));
        return elements("portfolio_metrics").stream()
                .flatMap(v -> v.get("metrics").properties().stream()
                        .map(metric ->
                                DynamicTest.dynamicTest(v.get("name").asString() + ": " + metric.getKey(), () -> {
                                    double ours = Objects.requireNonNull(metrics.get(metric.getKey()))
                                            .apply(numbers(v.get("portfolio")), numbers(v.get("benchmark")));
                                    assertThat(ours).isCloseTo(metric.getValue().asDouble(), within(1e-10));
                                })));
    }

    private Stream<DynamicTest> each(String group, Function<JsonNode, String> name, ThrowingTest test) {
        return elements(group).stream().map(v -> DynamicTest.dynamicTest(name.apply(v), () -> test.run(v)));
    }

    private interface ThrowingTest {
        void run(JsonNode vector);
    }

    private List<JsonNode> elements(String group) {
        List<JsonNode> elements =
                StreamSupport.stream(vectors.get(group).spliterator(), false).toList();
        assertThat(elements).isNotEmpty();
        return elements;
    }

    static JsonNode read() {
        try (InputStream in = GoldenVectorsTest.class.getResourceAsStream("golden-vectors.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    /** NaN, which is "missing", for null. */
    private static double number(JsonNode vector, String field) {
        JsonNode value = vector.get(field);
        return value.isNull() ? Double.NaN : value.asDouble();
    }

    private static long[] dates(JsonNode vector, int length) {
        JsonNode dates = vector.get("dates");
        if (dates != null) {
            return StreamSupport.stream(dates.spliterator(), false)
                    .mapToLong(date -> LocalDate.parse(date.asString()).toEpochDay())
                    .toArray();
        }
        long start = LocalDate.parse(vector.get("start").asString()).toEpochDay();
        return LongStream.range(start, start + length).toArray();
    }
}
