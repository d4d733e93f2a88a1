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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every source of market data does. It knows AAPL, MSFT, SPY, BRK.B and ^GSPC, the last without options, and not ZZZTOP;
 * nobody has a portfolio.
 */
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

    @ParameterizedTest
    @ValueSource(strings = {"AAPL", "MSFT", "SPY", "BRK.B", "^GSPC"})
    void closes_are_positive_and_each_later_than_the_one_before(String symbol) throws Exception {
        PriceHistory prices = source().prices(symbol).orElseThrow();
        for (int i = 1; i < prices.size(); i++) {
            assertThat(prices.close(i)).isPositive().isFinite();
            assertThat(prices.epochDay(i)).isGreaterThan(prices.epochDay(i - 1));
        }
    }

    @Test
    void all_kinds_of_data_are_of_days_that_the_prices_have() throws Exception {
        MarketData source = source();
        LocalDate newest = source.prices("SPY").orElseThrow().newestDate();
        assertThat(source.options("AAPL").orElseThrow().date()).isEqualTo(newest);
        MarketBreadth breadth = source.breadth().orElseThrow();
        assertThat(breadth.date()).isEqualTo(newest);
        assertThat(breadth.advancing() + breadth.declining()).isPositive();
    }

    @Test
    void a_symbol_without_options_has_none_and_that_is_no_error() throws Exception {
        assertThat(source().options("^GSPC")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", "../prices/AAPL", "a/b", "a%2Fb", "a?b", "a#b", "a b", "\u00e9"})
    void a_name_that_would_lead_elsewhere_is_unknown(String name) throws Exception {
        assertThat(source().portfolio(name)).isEmpty();
    }

    @Test
    void what_is_given_now_is_told_as_no_copy() throws Exception {
        List<String> copies = new ArrayList<>();
        MarketData told = source().telling((kind, name, from) -> copies.add(kind + " " + name));
        assertThat(told.prices("AAPL")).isPresent();
        assertThat(told.options("AAPL")).isPresent();
        assertThat(told.breadth()).isPresent();
        assertThat(told.portfolio("nobody")).isEmpty();
        assertThat(told.provenance()).isEqualTo(source().provenance());
        assertThat(copies).isEmpty();
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
