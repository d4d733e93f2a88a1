package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;

/** Held against Commons Math, which shares no code with ours. */
class PerformanceMetricsTest {

    private static final double ROUNDING = 1e-9;
    private static final double[] NONE = {};
    private static final double[] STILL = {0.01, 0.01, 0.01};

    private final Random random = new Random(7);
    private final double[] benchmark = random.doubles(250, -0.03, 0.031).toArray();
    private final double[] returns = Arrays.stream(benchmark)
            .map(b -> 0.8 * b + random.nextDouble(-0.02, 0.021))
            .toArray();
    private final DescriptiveStatistics statistics = new DescriptiveStatistics(returns);
    private final SimpleRegression regression = regression();

    private SimpleRegression regression() {
        SimpleRegression fit = new SimpleRegression();
        for (int i = 0; i < returns.length; i++) {
            fit.addData(benchmark[i], returns[i]);
        }
        return fit;
    }

    @Test
    void volatility_is_the_annual_sample_deviation() {
        assertThat(PerformanceMetrics.volatility(returns))
                .isCloseTo(statistics.getStandardDeviation() * Math.sqrt(252), within(ROUNDING));
    }

    @Test
    void sharpe_is_the_mean_above_risk_free_over_the_deviation() {
        double expected = (statistics.getMean() - 0.04 / 252) / statistics.getStandardDeviation() * Math.sqrt(252);
        assertThat(PerformanceMetrics.sharpe(returns)).isCloseTo(expected, within(ROUNDING));
    }

    @Test
    void sortino_divides_by_the_shortfall_over_all_days() {
        // target 0.04 / 252 a day; one shortfall of 0.01 among four days: deviation sqrt(0.0001 / 4) = 0.005
        double target = 0.04 / 252;
        double[] days = {target - 0.01, target + 0.02, target, target + 0.01};
        assertThat(PerformanceMetrics.sortino(days)).isCloseTo(0.005 / 0.005 * Math.sqrt(252), within(ROUNDING));
    }

    @Test
    void beta_alpha_and_r_squared_are_those_of_the_regression() {
        assertThat(PerformanceMetrics.beta(returns, benchmark)).isCloseTo(regression.getSlope(), within(ROUNDING));
        assertThat(PerformanceMetrics.rSquared(returns, benchmark))
                .isCloseTo(regression.getRSquare(), within(ROUNDING));
        // in excess returns: intercept' = intercept - rf (1 - slope)
        double alpha = 252 * (regression.getIntercept() - 0.04 / 252 * (1 - regression.getSlope()));
        assertThat(PerformanceMetrics.alpha(returns, benchmark)).isCloseTo(alpha, within(ROUNDING));
    }

    @Test
    void information_ratio_is_the_sharpe_of_the_difference_without_risk_free() {
        DescriptiveStatistics active = new DescriptiveStatistics();
        for (int i = 0; i < returns.length; i++) {
            active.addValue(returns[i] - benchmark[i]);
        }
        assertThat(PerformanceMetrics.informationRatio(returns, benchmark))
                .isCloseTo(active.getMean() / active.getStandardDeviation() * Math.sqrt(252), within(ROUNDING));
    }

    @Test
    void returns_are_compounded() {
        assertThat(PerformanceMetrics.totalReturn(new double[] {0.1, -0.5, 1})).isCloseTo(0.1, within(ROUNDING));
        assertThat(PerformanceMetrics.annualReturn(new double[] {0.001, 0.001}))
                .isCloseTo(Math.pow(1.001, 252) - 1, within(ROUNDING));
    }

    @Test
    void a_total_loss_is_minus_one_and_an_endless_gain_is_capped() {
        assertThat(PerformanceMetrics.annualReturn(new double[] {0.5, -1, 0.5})).isEqualTo(-1);
        assertThat(PerformanceMetrics.annualReturn(new double[] {1000})).isEqualTo(PerformanceMetrics.RETURN_CAP);
    }

    @Test
    void calmar_is_the_annual_return_over_the_deepest_fall() {
        double annual = PerformanceMetrics.annualReturn(returns);
        assertThat(PerformanceMetrics.calmar(returns))
                .isCloseTo(annual / (-RiskMetrics.maxDrawdown(returns) / 100), within(ROUNDING));
        assertThat(PerformanceMetrics.calmar(STILL)).isZero();
    }

    @Test
    void ratios_of_what_does_not_move_are_zero() {
        for (double[] still : new double[][] {NONE, {0.02}, STILL, {0, 0, 0}}) {
            assertThat(PerformanceMetrics.sharpe(still)).isZero();
            assertThat(PerformanceMetrics.beta(still, still)).isZero();
            assertThat(PerformanceMetrics.rSquared(still, still)).isZero();
            assertThat(PerformanceMetrics.informationRatio(still, still)).isZero();
            assertThat(PerformanceMetrics.volatility(still)).isZero();
        }
        assertThat(PerformanceMetrics.sortino(STILL)).isZero();
        assertThat(PerformanceMetrics.totalReturn(NONE)).isZero();
    }
}
