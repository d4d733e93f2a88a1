package dev.tiercache.service.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every source of market data does. It knows AAPL, MSFT and SPY, and not ZZZTOP. */
public abstract class MarketDataContract {

    /** The source under test. */
    protected abstract MarketData source() throws Exception;

    @Test
    void a_known_symbol_has_prices_that_can_be_computed_with() throws Exception {
        PriceHistory prices = source().prices("AAPL").orElseThrow();
        assertThat(prices.symbol()).isEqualTo("AAPL");
        assertThat(prices.size()).isGreaterThan(253);
        assertThat(prices.newestDate()).isEqualTo(LocalDate.ofEpochDay(prices.epochDay(prices.size() - 1)));
        assertThat(prices.newestClose())
                .isEqualTo(prices.close(prices.size() - 1))
                .isPositive();
    }

    @Test
    void an_unknown_symbol_and_an_unknown_user_are_empty_not_an_error() throws Exception {
        assertThat(source().prices("ZZZTOP")).isEmpty();
        assertThat(source().options("ZZZTOP")).isEmpty();
        assertThat(source().portfolio("nobody")).isEmpty();
    }

    @Test
    void the_same_question_has_the_same_answer() throws Exception {
        MarketData source = source();
        assertThat(source.prices("MSFT")).isEqualTo(source.prices("MSFT"));
        assertThat(source.options("MSFT")).isPresent().isEqualTo(source.options("MSFT"));
        assertThat(source.breadth()).isPresent().isEqualTo(source.breadth());
    }

    @Test
    void many_may_ask_at_once() throws Exception {
        MarketData source = source();
        double expected = source().prices("SPY").orElseThrow().newestClose();
        List<Callable<Optional<PriceHistory>>> questions = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            questions.add(() -> source.prices("SPY"));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Optional<PriceHistory>> answer : threads.invokeAll(questions)) {
                assertThat(answer.get().orElseThrow().newestClose()).isEqualTo(expected);
            }
        }
    }

    @Test
    void the_source_says_what_it_is() throws Exception {
        assertThat(source().provenance().id()).matches("[a-z]+");
        assertThat(source().provenance().title()).isNotBlank();
    }
}
