package dev.tiercache.service.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarketRegimeTest {

    /** Returns of plus and minus {@code size} in turn: 20 of them have the volatility size * sqrt(20/19 * 252). */
    private static double[] swings(double yearly) {
        double size = yearly / Math.sqrt(20.0 / 19 * 252);
        return IntStream.range(0, 20)
                .mapToDouble(i -> i % 2 == 0 ? size : -size)
                .toArray();
    }

    private static double[] after(double first, double[] rest) {
        double[] all = new double[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    @Test
    void the_regime_follows_the_volatility() {
        assertThat(MarketRegime.of(swings(0.09))).contains(MarketRegime.LOW_VOL);
        assertThat(MarketRegime.of(swings(0.11))).contains(MarketRegime.NORMAL);
        assertThat(MarketRegime.of(swings(0.21))).contains(MarketRegime.HIGH_VOL);
        assertThat(MarketRegime.of(swings(0.41))).contains(MarketRegime.CRISIS);
    }

    @Test
    void a_deep_fall_makes_high_volatility_a_crisis_and_low_volatility_none() {
        assertThat(MarketRegime.of(swings(0.26))).contains(MarketRegime.HIGH_VOL);
        assertThat(MarketRegime.of(after(-0.25, swings(0.26)))).contains(MarketRegime.CRISIS);
        assertThat(MarketRegime.of(after(-0.25, swings(0.15)))).contains(MarketRegime.NORMAL);
    }

    @Test
    void below_twenty_days_there_is_no_regime() {
        assertThat(MarketRegime.of(new double[19])).isEmpty();
        assertThat(MarketRegime.of(new double[20])).contains(MarketRegime.LOW_VOL);
    }
}
