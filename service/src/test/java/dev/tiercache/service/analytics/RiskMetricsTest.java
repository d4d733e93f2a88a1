package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RiskMetricsTest {

    private static final double[] NONE = {};
    private static final double ROUNDING = 1e-10;

    @Test
    void omega_is_gains_over_losses() {
        assertThat(RiskMetrics.omega(new double[] {0.03, -0.01, 0, -0.01})).isCloseTo(1.5, within(ROUNDING));
    }

    @Test
    void omega_is_capped_where_nothing_is_lost() {
        assertThat(RiskMetrics.omega(new double[] {0.01, 0.02})).isEqualTo(1000);
        assertThat(RiskMetrics.omega(new double[] {0.5, -1e-300})).isEqualTo(1000);
    }

    @Test
    void omega_is_zero_where_nothing_is_gained() {
        assertThat(RiskMetrics.omega(new double[] {-0.01})).isZero();
        assertThat(RiskMetrics.omega(new double[] {0, 0})).isZero();
        assertThat(RiskMetrics.omega(NONE)).isZero();
    }

    @Test
    void gh1_of_a_leveraged_benchmark_is_zero_apart_from_the_interest_saved() {
        // r = 2 b has twice the volatility; the mix is 200 % benchmark and -100 % risk-free, which costs 4 %.
        double[] benchmark = {0.01, -0.005, 0.002, 0.007, -0.003};
        double[] twice = Arrays.stream(benchmark).map(b -> 2 * b).toArray();
        assertThat(RiskMetrics.gh1(twice, benchmark)).isCloseTo(4, within(ROUNDING));
    }

    @Test
    void gh1_of_returns_that_do_not_move_is_what_they_earn_above_risk_free() {
        double[] still = {0.001, 0.001, 0.001};
        assertThat(RiskMetrics.gh1(still, new double[] {0.01, -0.01, 0.01})).isCloseTo(25.2 - 4, within(ROUNDING));
        assertThat(RiskMetrics.gh1(still, new double[] {0.002, 0.002, 0.002})).isCloseTo(25.2 - 4, within(ROUNDING));
    }

    @Test
    void gh1_is_zero_where_no_mix_has_the_volatility() {
        assertThat(RiskMetrics.gh1(new double[] {0.01, -0.01}, new double[] {0.001, 0.001}))
                .isZero();
        assertThat(RiskMetrics.gh1(new double[] {0.01}, new double[] {0.02})).isZero();
        assertThat(RiskMetrics.gh1(NONE, NONE)).isZero();
    }

    @Test
    void the_drawdown_of_a_loss_on_the_first_day_counts() {
        assertThat(RiskMetrics.maxDrawdown(new double[] {-0.1, 0.05})).isCloseTo(-10, within(ROUNDING));
    }

    @Test
    void drawdown_and_pain_follow_the_running_peak() {
        double[] returns = {0.25, -0.2, -0.5, 1.0, 1.0}; // wealth 1.25, 1, 0.5, 1, 2: depths 0, 20, 60, 20, 0 %
        assertThat(RiskMetrics.maxDrawdown(returns)).isCloseTo(-60, within(ROUNDING));
        assertThat(RiskMetrics.painIndex(returns)).isCloseTo(20, within(ROUNDING));
    }

    @Test
    void after_losing_everything_the_drawdown_stays_total() {
        double[] returns = {0.5, -1, 0.5, 0.5};
        assertThat(RiskMetrics.maxDrawdown(returns)).isEqualTo(-100);
        assertThat(RiskMetrics.painIndex(returns)).isEqualTo(75);
    }

    @Test
    void drawdown_and_pain_are_a_plain_zero_where_wealth_never_falls() {
        assertThat(RiskMetrics.maxDrawdown(new double[] {0.01, 0, 0.02})).isEqualTo(0.0);
        assertThat(RiskMetrics.painIndex(new double[] {0.01, 0, 0.02})).isEqualTo(0.0);
        assertThat(RiskMetrics.maxDrawdown(NONE)).isEqualTo(0.0);
        assertThat(RiskMetrics.painIndex(NONE)).isEqualTo(0.0);
    }

    @Test
    void cvar_weights_the_last_day_of_the_tail_by_what_is_left_of_it() {
        double[] thirty =
                IntStream.range(0, 30).mapToDouble(i -> (i - 10) / 100.0).toArray();
        // 5 % of 30 days are 1.5: the worst (-10 %) whole, the next (-9 %) by half
        assertThat(RiskMetrics.cvar95(thirty)).isCloseTo((-10 - 0.5 * 9) / 1.5, within(ROUNDING));
    }

    @Test
    void cvar_of_fewer_than_twenty_days_is_the_worst_day() {
        assertThat(RiskMetrics.cvar95(new double[] {0.01, -0.03, 0.02})).isCloseTo(-3, within(ROUNDING));
        assertThat(RiskMetrics.cvar95(new double[] {0.02})).isCloseTo(2, within(ROUNDING));
        assertThat(RiskMetrics.cvar95(NONE)).isZero();
    }

    @Test
    void captures_are_ratios_of_geometric_means_on_the_benchmarks_good_and_bad_days() {
        double[] benchmark = {0.10, -0.10, 0.21, 0, -0.19};
        double[] returns = {0.0, -0.05, 0.21, 0.5, -0.05};
        double up = (Math.sqrt(1.0 * 1.21) - 1) / (Math.sqrt(1.1 * 1.21) - 1);
        double down = (Math.sqrt(0.95 * 0.95) - 1) / (Math.sqrt(0.9 * 0.81) - 1);
        assertThat(RiskMetrics.upsideCapture(returns, benchmark)).isCloseTo(100 * up, within(ROUNDING));
        assertThat(RiskMetrics.downsideCapture(returns, benchmark)).isCloseTo(100 * down, within(ROUNDING));
    }

    @Test
    void a_gain_on_bad_days_is_a_negative_downside_capture() {
        assertThat(RiskMetrics.downsideCapture(new double[] {0.01}, new double[] {-0.01}))
                .isCloseTo(-100, within(ROUNDING));
    }

    @Test
    void captures_are_zero_where_the_benchmark_has_no_such_day() {
        assertThat(RiskMetrics.upsideCapture(new double[] {0.01}, new double[] {-0.01}))
                .isZero();
        assertThat(RiskMetrics.downsideCapture(new double[] {0.01}, new double[] {0.01}))
                .isZero();
        assertThat(RiskMetrics.upsideCapture(NONE, NONE)).isZero();
    }
}
