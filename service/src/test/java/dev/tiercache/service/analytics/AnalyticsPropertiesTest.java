package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** What holds for every series: hostile ones included. */
class AnalyticsPropertiesTest {

    private static final Map<String, ToDoubleFunction<double[]>> OF_ONE = new LinkedHashMap<>();
    private static final Map<String, BiFunction<double[], double[], Double>> OF_TWO = new LinkedHashMap<>();

    static {
        OF_ONE.put("omega", RiskMetrics::omega);
        OF_ONE.put("painIndex", RiskMetrics::painIndex);
        OF_ONE.put("maxDrawdown", RiskMetrics::maxDrawdown);
        OF_ONE.put("cvar95", RiskMetrics::cvar95);
        OF_ONE.put("totalReturn", PerformanceMetrics::totalReturn);
        OF_ONE.put("annualReturn", PerformanceMetrics::annualReturn);
        OF_ONE.put("volatility", PerformanceMetrics::volatility);
        OF_ONE.put("sharpe", PerformanceMetrics::sharpe);
        OF_ONE.put("sortino", PerformanceMetrics::sortino);
        OF_ONE.put("calmar", PerformanceMetrics::calmar);
        OF_TWO.put("gh1", RiskMetrics::gh1);
        OF_TWO.put("upsideCapture", RiskMetrics::upsideCapture);
        OF_TWO.put("downsideCapture", RiskMetrics::downsideCapture);
        OF_TWO.put("beta", PerformanceMetrics::beta);
        OF_TWO.put("alpha", PerformanceMetrics::alpha);
        OF_TWO.put("rSquared", PerformanceMetrics::rSquared);
        OF_TWO.put("informationRatio", PerformanceMetrics::informationRatio);
    }

    /** Anything that fits into a double array. */
    @Provide
    Arbitrary<double[]> anything() {
        Arbitrary<Double> hostile = Arbitraries.of(
                0.0,
                -0.0,
                -1.0,
                1000.0,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                Double.MIN_VALUE,
                1e-9,
                -1e-12);
        return Arbitraries.frequencyOf(
                        Tuple.of(3, hostile),
                        Tuple.of(4, Arbitraries.doubles().between(-0.1, 0.1)),
                        Tuple.of(1, Arbitraries.doubles()))
                .array(double[].class)
                .ofMaxSize(80)
                .withoutEdgeCases(); // the hostile values above are the edge cases
    }

    /** A plausible series of at least two months. */
    @Provide
    Arbitrary<double[]> series() {
        return Arbitraries.doubles()
                .between(-0.1, 0.1)
                .array(double[].class)
                .ofMinSize(60)
                .ofMaxSize(120);
    }

    @Property
    void no_result_is_nan_or_infinite_and_no_argument_is_changed(
            @ForAll("anything") double[] first,
            @ForAll("anything") double[] second,
            @ForAll("anything") double[] third) {
        double[] firstBefore = first.clone();
        double[] secondBefore = second.clone();
        OF_ONE.forEach((name, metric) ->
                assertThat(metric.applyAsDouble(first)).as(name).isFinite());
        OF_TWO.forEach((name, metric) ->
                assertThat(metric.apply(first, second)).as(name).isFinite());
        long[] days = Arrays.stream(second).mapToLong(value -> (long) value).toArray(); // any order, any year
        Stream.of(
                        Phase4Signals.residualMomentum(first, second),
                        Phase4Signals.residualMomentum(first, second, third),
                        Phase4Signals.seasonalityScore(days, first))
                .flatMapToDouble(OptionalDouble::stream)
                .forEach(value -> assertThat(value).isFinite());
        assertThat(MarketRegime.of(first)).isNotNull();
        assertThat(first).isEqualTo(firstBefore);
        assertThat(second).isEqualTo(secondBefore);
    }

    @Example
    void short_still_and_one_sided_series_have_plain_figures() {
        double[] loss = new double[60];
        loss[30] = -0.1;
        Map<String, double[]> series = Map.of(
                "none", new double[0],
                "one", new double[] {0.01},
                "one loss", loss,
                "two", new double[] {0.01, -0.01},
                "still", filled(0),
                "constant gain", filled(0.001),
                "constant loss", filled(-0.001),
                "all lost", filled(-1),
                "all missing", filled(Double.NaN));
        long[] days = LongStream.range(20_000, 20_060).toArray();
        series.forEach((name, first) -> {
            OF_ONE.forEach((metric, of) -> assertThat(of.applyAsDouble(first))
                    .as(metric + " of " + name)
                    .isFinite());
            series.forEach((otherName, second) -> {
                OF_TWO.forEach((metric, of) -> assertThat(of.apply(first, second))
                        .as(metric + " of " + name + " against " + otherName)
                        .isFinite());
                Stream.of(
                                Phase4Signals.residualMomentum(first, second),
                                Phase4Signals.residualMomentum(first, second, first))
                        .flatMapToDouble(OptionalDouble::stream)
                        .forEach(value -> assertThat(value).isFinite());
            });
            Phase4Signals.seasonalityScore(days, first)
                    .ifPresent(value -> assertThat(value).as(name).isBetween(-1.0, 1.0));
            assertThat(MarketRegime.of(first)).isNotNull();
        });
    }

    private static double[] filled(double value) {
        double[] values = new double[60];
        Arrays.fill(values, value);
        return values;
    }

    @Property(tries = 3000)
    void scalar_signals_are_within_one_or_not_there(
            @ForAll double a, @ForAll double b, @ForAll double c, @ForAll double d) {
        Stream.of(
                        Phase4Signals.optionsFlowComposite(Math.abs(a), b, Math.abs(c)),
                        Phase4Signals.breadthLiquidity(Math.abs(a), Math.abs(b), Math.abs(c), d))
                .map(OptionalDouble::getAsDouble)
                .forEach(score -> assertThat(score).isBetween(-1.0, 1.0));
    }

    @Property
    void a_gap_in_a_series_is_as_if_the_day_had_not_been(
            @ForAll("series") double[] returns, @ForAll @IntRange(max = 59) int gap) {
        double[] benchmark = shuffled(returns, 3);
        double[] gappy = inserted(returns, gap, Double.NaN);
        double[] whole = inserted(benchmark, gap, 0.05); // the partner of a gap goes with it
        OF_ONE.forEach((name, metric) ->
                assertThat(metric.applyAsDouble(gappy)).as(name).isEqualTo(metric.applyAsDouble(returns)));
        OF_TWO.forEach((name, metric) ->
                assertThat(metric.apply(gappy, whole)).as(name).isEqualTo(metric.apply(returns, benchmark)));
    }

    @Property
    void older_days_that_only_one_series_has_do_not_count(@ForAll("series") double[] returns) {
        double[] benchmark = shuffled(returns, 5);
        double[] longer = inserted(inserted(returns, 0, 0.07), 0, -0.07);
        OF_TWO.forEach((name, metric) ->
                assertThat(metric.apply(longer, benchmark)).as(name).isEqualTo(metric.apply(returns, benchmark)));
        assertThat(Phase4Signals.residualMomentum(longer, benchmark))
                .isEqualTo(Phase4Signals.residualMomentum(returns, benchmark));
    }

    @Property
    void figures_that_do_not_look_at_the_order_do_not_depend_on_it(@ForAll("series") double[] returns) {
        double[] other = shuffled(returns, 9);
        Set<String> blind = Set.of("omega", "cvar95", "totalReturn", "volatility", "sharpe", "sortino");
        assertThat(OF_ONE.keySet()).containsAll(blind);
        OF_ONE.forEach((name, metric) -> {
            if (blind.contains(name)) {
                double expected = metric.applyAsDouble(returns);
                assertThat(metric.applyAsDouble(other)).as(name).isCloseTo(expected, near(expected));
            }
        });
    }

    @Property
    void scaling_the_returns_scales_what_is_measured_in_them(
            @ForAll("series") double[] returns, @ForAll @DoubleRange(min = 0.1, max = 5) double factor) {
        double[] scaled = Arrays.stream(returns).map(r -> factor * r).toArray();
        Assume.that(Arrays.stream(scaled).allMatch(Samples::isReturn));
        Assume.that(PerformanceMetrics.volatility(returns) > 1e-3);
        close(RiskMetrics.omega(scaled), RiskMetrics.omega(returns));
        close(RiskMetrics.cvar95(scaled), factor * RiskMetrics.cvar95(returns));
        close(PerformanceMetrics.volatility(scaled), factor * PerformanceMetrics.volatility(returns));
        double[] benchmark = shuffled(returns, 13);
        close(PerformanceMetrics.beta(scaled, benchmark), factor * PerformanceMetrics.beta(returns, benchmark));
        close(PerformanceMetrics.rSquared(scaled, benchmark), PerformanceMetrics.rSquared(returns, benchmark));
    }

    @Property
    void shifting_the_returns_shifts_their_tail_and_keeps_their_spread(
            @ForAll("series") double[] returns, @ForAll @DoubleRange(min = -0.5, max = 0.5) double shift) {
        double[] shifted = Arrays.stream(returns).map(r -> r + shift).toArray();
        close(RiskMetrics.cvar95(shifted), RiskMetrics.cvar95(returns) + 100 * shift);
        close(PerformanceMetrics.volatility(shifted), PerformanceMetrics.volatility(returns));
    }

    @Property
    void a_benchmark_measured_against_itself_is_the_benchmark(@ForAll("series") double[] returns) {
        Assume.that(PerformanceMetrics.volatility(returns) > 1e-3);
        close(RiskMetrics.gh1(returns, returns), 0);
        close(PerformanceMetrics.beta(returns, returns), 1);
        close(PerformanceMetrics.alpha(returns, returns), 0);
        close(PerformanceMetrics.rSquared(returns, returns), 1);
        assertThat(PerformanceMetrics.informationRatio(returns, returns)).isZero();
        assertThat(Phase4Signals.residualMomentum(returns, returns)).hasValue(0);
        if (Arrays.stream(returns).anyMatch(r -> r > 1e-6)) {
            close(RiskMetrics.upsideCapture(returns, returns), 100);
        }
        if (Arrays.stream(returns).anyMatch(r -> r < -1e-6)) {
            close(RiskMetrics.downsideCapture(returns, returns), 100);
        }
    }

    @Property
    void the_mean_depth_is_never_deeper_than_the_deepest(@ForAll("anything") double[] returns) {
        assertThat(RiskMetrics.painIndex(returns)).isBetween(0.0, -RiskMetrics.maxDrawdown(returns) + 1e-9);
        assertThat(RiskMetrics.maxDrawdown(returns)).isBetween(-100.0, 0.0);
    }

    @Property
    void the_worst_days_are_no_better_than_the_mean(@ForAll("series") double[] returns) {
        assertThat(RiskMetrics.cvar95(returns)).isLessThanOrEqualTo(100 * Samples.mean(returns) + 1e-9);
    }

    @Property
    void residual_momentum_does_not_see_more_of_the_market(
            @ForAll("series") double[] asset, @ForAll @DoubleRange(min = -3, max = 3) double more) {
        double[] market = shuffled(asset, 21);
        double[] mixed = new double[asset.length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = asset[i] + more * market[i];
        }
        OptionalDouble plain = Phase4Signals.residualMomentum(asset, market);
        Assume.that(PerformanceMetrics.volatility(Arrays.copyOfRange(asset, asset.length - 20, asset.length)) > 1e-2);
        Assume.that(plain.getAsDouble() != 0);
        assertThat(Phase4Signals.residualMomentum(mixed, market).getAsDouble())
                .isCloseTo(plain.getAsDouble(), within(1e-3 * Math.max(1, Math.abs(plain.getAsDouble()))));
    }

    @Property
    void seasonality_is_within_one(@ForAll("series") double[] returns) {
        long[] days = LongStream.range(20_000, 20_000 + returns.length).toArray();
        assertThat(Phase4Signals.seasonalityScore(days, returns).getAsDouble()).isBetween(-1.0, 1.0);
    }

    @Property
    void more_puts_are_never_more_bullish(
            @ForAll @DoubleRange(max = 3) double putCall,
            @ForAll @DoubleRange(max = 3) double more,
            @ForAll @DoubleRange(min = -0.3, max = 0.3) double skew,
            @ForAll @DoubleRange(max = 5) double volume) {
        assertThat(Phase4Signals.optionsFlowComposite(putCall + more, skew, volume)
                        .getAsDouble())
                .isLessThanOrEqualTo(Phase4Signals.optionsFlowComposite(putCall, skew, volume)
                        .getAsDouble());
    }

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, near(expected));
    }

    private static Offset<Double> near(double expected) {
        return within(1e-7 * Math.max(1, Math.abs(expected)));
    }

    private static double[] inserted(double[] values, int index, double value) {
        double[] longer = new double[values.length + 1];
        System.arraycopy(values, 0, longer, 0, index);
        longer[index] = value;
        System.arraycopy(values, index, longer, index + 1, values.length - index);
        return longer;
    }

    private static double[] shuffled(double[] values, long seed) {
        List<Double> list = new ArrayList<>(Arrays.stream(values).boxed().toList());
        Collections.shuffle(list, new Random(seed));
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
