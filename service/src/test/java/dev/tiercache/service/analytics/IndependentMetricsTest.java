package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoublePredicate;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.math3.stat.StatUtils;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The figures whose definition is another one than before, each computed a second time in another way: from the
 * definition in its source, with the moments of Commons Math, on the old inputs and on random ones.
 */
class IndependentMetricsTest {

    private record Case(String name, double[] returns, double[] benchmark) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode vector : GoldenVectorsTest.read().get("portfolio_metrics")) {
            cases.add(new Case(
                    vector.get("name").asString(),
                    GoldenVectorsTest.numbers(vector.get("portfolio")),
                    GoldenVectorsTest.numbers(vector.get("benchmark"))));
        }
        Random random = new Random(3);
        for (int days : new int[] {2, 19, 20, 21, 60, 251, 252}) {
            double[] benchmark = random.doubles(days, -0.03, 0.031).toArray();
            double[] returns = Arrays.stream(benchmark)
                    .map(b -> 1.1 * b + random.nextDouble(-0.02, 0.021))
                    .toArray();
            cases.add(new Case(days + " random days", returns, benchmark));
        }
        return cases;
    }

    /** Gains exceed losses by the sum of the returns: the mean over the lower partial moment, plus 1. */
    @ParameterizedTest
    @MethodSource("cases")
    void omega(Case of) {
        double losses = StatUtils.mean(
                Arrays.stream(of.returns()).map(r -> Math.max(-r, 0)).toArray());
        double expected = losses == 0 ? RiskMetrics.OMEGA_CAP : 1 + StatUtils.mean(of.returns()) / losses;
        boolean gains = StatUtils.max(of.returns()) > 0;
        close(RiskMetrics.omega(of.returns()), gains ? Math.min(expected, RiskMetrics.OMEGA_CAP) : 0);
    }

    /** What is earned above the line through risk-free and the benchmark, at the volatility of the returns. */
    @ParameterizedTest
    @MethodSource("cases")
    void gh1(Case of) {
        double free = 0.04 / 252;
        double deviation = Math.sqrt(StatUtils.populationVariance(of.returns()));
        double benchmarkDeviation = Math.sqrt(StatUtils.populationVariance(of.benchmark()));
        if (benchmarkDeviation < 1e-9) {
            return; // closed forms in RiskMetricsTest
        }
        double price = (StatUtils.mean(of.benchmark()) - free) / benchmarkDeviation;
        close(
                RiskMetrics.gh1(of.returns(), of.benchmark()),
                100 * 252 * (StatUtils.mean(of.returns()) - free - price * deviation));
    }

    /** Each day against all days before it. */
    @ParameterizedTest
    @MethodSource("cases")
    void painIndexAndMaximumDrawdown(Case of) {
        double[] wealth = new double[of.returns().length + 1];
        wealth[0] = 1;
        for (int i = 1; i < wealth.length; i++) {
            wealth[i] = wealth[i - 1] * (1 + of.returns()[i - 1]);
        }
        double[] depths = IntStream.range(1, wealth.length)
                .mapToDouble(i -> wealth[i] / StatUtils.max(wealth, 0, i + 1) - 1)
                .toArray();
        close(RiskMetrics.painIndex(of.returns()), -100 * StatUtils.mean(depths));
        close(RiskMetrics.maxDrawdown(of.returns()), 100 * StatUtils.min(depths));
    }

    /** Rockafellar and Uryasev's theorem: the greatest value of a - E(a - r)+ / 0.05, which some day's return takes. */
    @ParameterizedTest
    @MethodSource("cases")
    void cvar(Case of) {
        double expected = Arrays.stream(of.returns())
                .map(a -> a
                        - StatUtils.mean(Arrays.stream(of.returns())
                                        .map(r -> Math.max(a - r, 0))
                                        .toArray())
                                / 0.05)
                .max()
                .orElseThrow();
        close(RiskMetrics.cvar95(of.returns()), 100 * expected);
    }

    /** Geometric means of growth by Commons Math. */
    @ParameterizedTest
    @MethodSource("cases")
    void captures(Case of) {
        close(RiskMetrics.upsideCapture(of.returns(), of.benchmark()), capture(of, b -> b > 0));
        close(RiskMetrics.downsideCapture(of.returns(), of.benchmark()), capture(of, b -> b < 0));
    }

    private static double capture(Case of, DoublePredicate counts) {
        int[] days = IntStream.range(0, of.benchmark().length)
                .filter(i -> counts.test(of.benchmark()[i]))
                .toArray();
        if (days.length == 0) {
            return 0;
        }
        double ours = StatUtils.geometricMean(
                Arrays.stream(days).mapToDouble(i -> 1 + of.returns()[i]).toArray());
        double theirs = StatUtils.geometricMean(
                Arrays.stream(days).mapToDouble(i -> 1 + of.benchmark()[i]).toArray());
        return 100 * (ours - 1) / (theirs - 1);
    }

    /** Groups of days, each with its mean by Commons Math. */
    @ParameterizedTest
    @MethodSource("cases")
    void seasonality(Case of) {
        long first = LocalDate.of(2023, 5, 30).toEpochDay();
        int count = of.returns().length;
        // Weekdays only, as trading dates are.
        LocalDate[] dates = LongStream.iterate(first, day -> day + 1)
                .mapToObj(LocalDate::ofEpochDay)
                .filter(date -> date.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) < 0)
                .limit(count)
                .toArray(LocalDate[]::new);
        long[] days = Arrays.stream(dates).mapToLong(LocalDate::toEpochDay).toArray();
        if (count < 60) {
            assertThat(Phase4Signals.seasonalityScore(days, of.returns())).isEmpty();
            return;
        }
        IntPredicate turn = i -> dates[i].getDayOfMonth() >= 28 || dates[i].getDayOfMonth() <= 2;
        double turns = mean(of, turn) - mean(of, turn.negate());
        double weekday = mean(of, i -> dates[i].getDayOfWeek() == dates[count - 1].getDayOfWeek())
                - StatUtils.mean(of.returns());
        close(
                Phase4Signals.seasonalityScore(days, of.returns()).getAsDouble(),
                (limited(turns / 0.01) + limited(weekday / 0.005)) / 2);
    }

    private static double mean(Case of, IntPredicate counts) {
        return StatUtils.mean(IntStream.range(0, of.returns().length)
                .filter(counts)
                .mapToDouble(i -> of.returns()[i])
                .toArray());
    }

    private static double limited(double value) {
        return Math.max(-1, Math.min(1, value));
    }

    private static void close(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, near(expected));
    }

    private static Offset<Double> near(double expected) {
        return within(1e-8 * Math.max(1, Math.abs(expected)));
    }
}
