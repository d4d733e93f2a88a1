package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class Phase4SignalsTest {

    private static final double NAN = Double.NaN;
    private static final double ROUNDING = 1e-9;

    private final Random random = new Random(11);
    private final double[] market = random.doubles(40, -0.02, 0.022).toArray();
    private final double[] sector = Arrays.stream(market)
            .map(m -> 0.9 * m + random.nextDouble(-0.01, 0.01))
            .toArray();
    private final double[] asset = Arrays.stream(sector)
            .map(s -> 1.2 * s + random.nextDouble(-0.01, 0.012))
            .toArray();

    @Test
    void an_options_signal_needs_all_three_inputs() {
        assertThat(Phase4Signals.optionsFlowComposite(NAN, 0, 1)).isEmpty();
        assertThat(Phase4Signals.optionsFlowComposite(0.7, NAN, 1)).isEmpty();
        assertThat(Phase4Signals.optionsFlowComposite(0.7, 0, Double.POSITIVE_INFINITY))
                .isEmpty();
        assertThat(Phase4Signals.optionsFlowComposite(-0.1, 0, 1)).isEmpty();
        assertThat(Phase4Signals.optionsFlowComposite(0.7, 0, 1)).hasValue(0);
    }

    @Test
    void residual_momentum_is_that_of_an_independent_least_squares_fit() {
        double[] y = Arrays.copyOfRange(asset, 20, 40);
        double[][] onMarket = columns(Arrays.copyOfRange(market, 20, 40));
        assertThat(Phase4Signals.residualMomentum(asset, market).getAsDouble())
                .isCloseTo(zScore(residuals(y, onMarket)), within(ROUNDING));
        double[][] onBoth = columns(Arrays.copyOfRange(market, 20, 40), Arrays.copyOfRange(sector, 20, 40));
        assertThat(Phase4Signals.residualMomentum(asset, market, sector).getAsDouble())
                .isCloseTo(zScore(residuals(y, onBoth)), within(ROUNDING));
    }

    @Test
    void residual_momentum_of_the_old_inputs_is_that_of_an_independent_fit() {
        int compared = 0;
        for (JsonNode vector : GoldenVectorsTest.read().get("residual_momentum")) {
            double[] y = GoldenVectorsTest.numbers(vector.get("asset"));
            double[] x = GoldenVectorsTest.numbers(vector.get("market"));
            if (x.length < 20) {
                assertThat(Phase4Signals.residualMomentum(y, x)).isEmpty();
            } else if (StatUtils.variance(y) > 1e-18) {
                double[] last = Arrays.copyOfRange(y, y.length - 20, y.length);
                double[] lastMarket = Arrays.copyOfRange(x, x.length - 20, x.length);
                assertThat(Phase4Signals.residualMomentum(y, x).getAsDouble())
                        .isCloseTo(zScore(residuals(last, columns(lastMarket))), within(ROUNDING));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(7);
    }

    @Test
    void an_asset_that_is_its_market_has_no_residual_momentum() {
        assertThat(Phase4Signals.residualMomentum(market, market)).hasValue(0);
        double[] twice = Arrays.stream(market).map(m -> 2 * m).toArray();
        assertThat(Phase4Signals.residualMomentum(twice, market)).hasValue(0);
    }

    @Test
    void a_sector_that_is_the_market_changes_nothing() {
        assertThat(Phase4Signals.residualMomentum(asset, market, market).getAsDouble())
                .isCloseTo(Phase4Signals.residualMomentum(asset, market).getAsDouble(), within(ROUNDING));
    }

    @Test
    void a_sector_of_fewer_than_twenty_days_is_left_out() {
        double[] young = Arrays.copyOfRange(sector, 21, 40);
        assertThat(Phase4Signals.residualMomentum(asset, market, young))
                .isEqualTo(Phase4Signals.residualMomentum(asset, market));
    }

    @Test
    void a_day_without_the_sector_is_no_day_of_the_joint_fit() {
        double[] gappy = sector.clone();
        gappy[30] = NAN;
        assertThat(Phase4Signals.residualMomentum(asset, market, gappy).getAsDouble())
                .isCloseTo(
                        Phase4Signals.residualMomentum(without(asset, 30), without(market, 30), without(sector, 30))
                                .getAsDouble(),
                        within(ROUNDING));
    }

    @Test
    void residual_momentum_needs_twenty_common_days() {
        assertThat(Phase4Signals.residualMomentum(asset, Arrays.copyOf(market, 19)))
                .isEmpty();
        assertThat(Phase4Signals.residualMomentum(asset, Arrays.copyOf(market, 20)))
                .isPresent();
    }

    @Test
    void seasonality_sees_the_turn_of_the_month() {
        // Every calendar day of 2024's first 91; +2 % on days 28 to 2, nothing else: T = clip(0.02 / 0.01) = 1
        long[] days = days(LocalDate.of(2024, 1, 1), 91);
        double[] returns = Arrays.stream(days)
                .mapToDouble(day -> isTurn(LocalDate.ofEpochDay(day)) ? 0.02 : 0)
                .toArray();
        double all = StatUtils.mean(returns);
        double sundays = StatUtils.mean(Arrays.stream(days)
                .filter(day -> LocalDate.ofEpochDay(day).getDayOfWeek().getValue() == 7)
                .mapToDouble(day -> isTurn(LocalDate.ofEpochDay(day)) ? 0.02 : 0)
                .toArray()); // the 91st day, 2024-03-31, is a Sunday
        double weekday = Math.clamp((sundays - all) / 0.005, -1.0, 1.0);
        assertThat(Phase4Signals.seasonalityScore(days, returns).getAsDouble())
                .isCloseTo((1 + weekday) / 2, within(ROUNDING));
    }

    @Test
    void seasonality_sees_the_weekday_of_the_newest_day() {
        long[] days = days(LocalDate.of(2024, 1, 1), 70); // Monday to Sunday: the newest is a Sunday
        double[] returns = Arrays.stream(days)
                .mapToDouble(day -> LocalDate.ofEpochDay(day).getDayOfWeek().getValue() == 7 ? -0.02 : 0)
                .toArray();
        double turn = Arrays.stream(days)
                .filter(day -> isTurn(LocalDate.ofEpochDay(day)))
                .mapToDouble(day -> LocalDate.ofEpochDay(day).getDayOfWeek().getValue() == 7 ? -0.02 : 0)
                .average()
                .getAsDouble();
        double others = Arrays.stream(days)
                .filter(day -> !isTurn(LocalDate.ofEpochDay(day)))
                .mapToDouble(day -> LocalDate.ofEpochDay(day).getDayOfWeek().getValue() == 7 ? -0.02 : 0)
                .average()
                .getAsDouble();
        assertThat(Phase4Signals.seasonalityScore(days, returns).getAsDouble())
                .isCloseTo(((turn - others) / 0.01 - 1) / 2, within(ROUNDING));
    }

    @Test
    void seasonality_counts_only_days_that_have_a_return() {
        long[] days = days(LocalDate.of(2024, 1, 1), 60);
        double[] returns = new double[60];
        assertThat(Phase4Signals.seasonalityScore(days, returns)).hasValue(0);
        returns[10] = NAN;
        assertThat(Phase4Signals.seasonalityScore(days, returns)).isEmpty();
    }

    @Test
    void breadth_needs_issues_and_volume_but_no_spread() {
        assertThat(Phase4Signals.breadthLiquidity(NAN, 1, 1, 5)).isEmpty();
        assertThat(Phase4Signals.breadthLiquidity(1, -1, 1, 5)).isEmpty();
        assertThat(Phase4Signals.breadthLiquidity(1, 1, NAN, 5)).isEmpty();
        assertThat(Phase4Signals.breadthLiquidity(600, 400, 1, NAN).getAsDouble())
                .isCloseTo(0.2, within(ROUNDING));
        assertThat(Phase4Signals.breadthLiquidity(600, 400, 1, -3)) // a crossed book is no spread
                .isEqualTo(Phase4Signals.breadthLiquidity(600, 400, 1, NAN));
    }

    @Test
    void a_market_in_which_nothing_moves_says_nothing_whatever_the_spread() {
        assertThat(Phase4Signals.breadthLiquidity(0, 0, 1, NAN)).hasValue(0);
        assertThat(Phase4Signals.breadthLiquidity(0, 0, 1, 2)).hasValue(0);
    }

    private static boolean isTurn(LocalDate date) {
        return date.getDayOfMonth() >= 28 || date.getDayOfMonth() <= 2;
    }

    private static long[] days(LocalDate first, int count) {
        return LongStream.range(first.toEpochDay(), first.toEpochDay() + count).toArray();
    }

    private static double[] without(double[] values, int index) {
        double[] rest = new double[values.length - 1];
        System.arraycopy(values, 0, rest, 0, index);
        System.arraycopy(values, index + 1, rest, index, rest.length - index);
        return rest;
    }

    private static double[][] columns(double[]... factors) {
        double[][] rows = new double[factors[0].length][factors.length];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < factors.length; column++) {
                rows[row][column] = factors[column][row];
            }
        }
        return rows;
    }

    /** By Commons Math's QR decomposition; a factor that is 0 throughout has no fit there, and is none here. */
    private static double[] residuals(double[] y, double[][] x) {
        OLSMultipleLinearRegression fit = new OLSMultipleLinearRegression();
        fit.setNoIntercept(true);
        fit.newSampleData(y, x);
        return fit.estimateResiduals();
    }

    private static double zScore(double[] residuals) {
        return StatUtils.sum(residuals)
                / (new StandardDeviation(false).evaluate(residuals) * Math.sqrt(residuals.length));
    }
}
