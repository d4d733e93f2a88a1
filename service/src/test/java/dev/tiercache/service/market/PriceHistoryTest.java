package dev.tiercache.service.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class PriceHistoryTest {

    @Test
    void what_the_caller_does_to_its_arrays_afterwards_changes_nothing() {
        long[] days = {10, 11};
        double[] closes = {1, 2};
        PriceHistory prices = new PriceHistory("A", days, closes);
        days[1] = 99;
        closes[1] = 99;
        assertThat(prices.newestDate()).isEqualTo(LocalDate.ofEpochDay(11));
        assertThat(prices.newestClose()).isEqualTo(2);
    }

    @Test
    void a_history_that_cannot_be_computed_with_is_refused_with_its_symbol_and_date() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PriceHistory("A", new long[0], new double[0]))
                .withMessageContaining("prices of A");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PriceHistory("A", new long[] {10}, new double[] {1, 2}))
                .withMessageContaining("2 closes for 1 dates");
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PriceHistory("A", new long[] {0}, new double[] {bad}))
                    .withMessageContaining("close of 1970-01-01 must be positive, not " + bad);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PriceHistory("A", new long[] {1, 1}, new double[] {1, 2}))
                .withMessageContaining("1970-01-02 does not follow 1970-01-02");
    }
}
