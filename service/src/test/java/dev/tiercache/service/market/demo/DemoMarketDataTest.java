package dev.tiercache.service.market.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketDataContract;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.TradingCalendar;
import dev.tiercache.service.market.demo.DemoMarket.Mood;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;

class DemoMarketDataTest extends MarketDataContract {

    private final DemoMarketData data = at("2025-11-24T15:00:00Z");

    @Override
    protected MarketData source() {
        return at("2025-11-24T15:00:00Z");
    }

    private static DemoMarketData at(String instant) {
        return new DemoMarketData(Clock.fixed(Instant.parse(instant), ZoneOffset.UTC));
    }

    @Test
    void the_newest_close_is_that_of_the_trading_day_before_todays_in_new_york() {
        LocalDate friday = LocalDate.of(2025, 11, 21);
        assertThat(closes(at("2025-11-24T15:00:00Z"), "AAPL").newestDate()).isEqualTo(friday);
        // 03:00 UTC on Tuesday is still Monday evening in New York
        assertThat(closes(at("2025-11-25T03:00:00Z"), "AAPL").newestDate()).isEqualTo(friday);
        assertThat(closes(at("2025-11-25T06:00:00Z"), "AAPL").newestDate()).isEqualTo(friday.plusDays(3));
        // the day after Thanksgiving
        assertThat(closes(at("2025-11-28T15:00:00Z"), "AAPL").newestDate()).isEqualTo(LocalDate.of(2025, 11, 26));
    }

    @Test
    void closes_are_those_of_trading_days_without_a_gap() {
        PriceHistory prices = closes(data, "MSFT");
        assertThat(prices.size()).isEqualTo(504);
        for (int i = prices.size() - 1; i > 0; i--) {
            assertThat(LocalDate.ofEpochDay(prices.epochDay(i - 1)))
                    .isEqualTo(TradingCalendar.lastBefore(LocalDate.ofEpochDay(prices.epochDay(i))));
        }
    }

    @Test
    void a_date_keeps_its_close_as_time_goes_on() {
        PriceHistory then = closes(at("2025-10-06T15:00:00Z"), "AAPL");
        PriceHistory now = closes(data, "AAPL");
        int days = 7 * 5;
        assertThat(now.newestDate()).isEqualTo(then.newestDate().plusWeeks(7));
        for (int i = 0; i < then.size() - days; i++) {
            assertThat(now.epochDay(i)).isEqualTo(then.epochDay(i + days));
            assertThat(now.close(i)).isEqualTo(then.close(i + days));
        }
    }

    @Test
    void a_running_source_goes_on_to_the_next_day() {
        MovingClock clock = new MovingClock(Instant.parse("2025-11-24T15:00:00Z"));
        DemoMarketData running = new DemoMarketData(clock);
        assertThat(closes(running, "AAPL").newestDate()).isEqualTo(LocalDate.of(2025, 11, 21));
        clock.now = Instant.parse("2025-11-25T15:00:00Z");
        assertThat(closes(running, "AAPL").newestDate()).isEqualTo(LocalDate.of(2025, 11, 24));
        assertThat(running.breadth().orElseThrow().date()).isEqualTo(LocalDate.of(2025, 11, 24));
        assertThat(running.options("AAPL").orElseThrow().date()).isEqualTo(LocalDate.of(2025, 11, 24));
    }

    @Test
    void numbers_are_the_same_on_every_machine() {
        // Written down once: whoever changes the rules changes every demo report, and has to mean it.
        assertThat(closes(data, "SPY").newestClose()).isEqualTo(445.5164);
        assertThat(closes(data, "AAPL").newestClose()).isEqualTo(645.6586);
    }

    @Test
    void a_series_is_made_once_a_day() {
        assertThat(closes(data, "AAPL")).isSameAs(closes(data, "AAPL"));
    }

    @Test
    void symbols_move_with_the_market_each_in_its_own_way() {
        double[] market = returns(closes(data, "SPY"));
        Set<Double> correlations = new HashSet<>();
        for (String symbol : new String[] {"AAPL", "MSFT", "XOM", "JPM", "BRK.B"}) {
            double correlation = new PearsonsCorrelation().correlation(returns(closes(data, symbol)), market);
            assertThat(correlation).as(symbol).isBetween(0.2, 0.97);
            correlations.add(correlation);
        }
        assertThat(correlations).hasSize(5);
    }

    @Test
    void the_market_has_moods_and_the_volatility_of_a_market() {
        DemoMarket market = new DemoMarket(LocalDate.of(2025, 11, 21));
        Map<Mood, Integer> days = new EnumMap<>(Mood.class);
        double[] returns = new double[market.size()];
        for (int i = 0; i < returns.length; i++) {
            days.merge(market.mood(i), 1, Integer::sum);
            returns[i] = market.marketReturn(i);
        }
        assertThat(days)
                .containsOnlyKeys(Mood.values())
                .allSatisfy((mood, count) -> assertThat(count).isGreaterThan(20));
        assertThat(Math.sqrt(252 * StatUtils.variance(returns))).isBetween(0.10, 0.25);
    }

    @Test
    void prices_stay_plausible_for_any_symbol_over_many_years() {
        DemoMarketData later = at("2030-12-31T15:00:00Z");
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            PriceHistory prices = closes(later, "S" + random.nextInt(1_000_000));
            assertThat(prices.newestClose()).as(prices.symbol()).isBetween(1.0, 100_000.0);
        }
    }

    @Test
    void tickers_that_start_with_zzz_are_not_known() {
        assertThat(data.prices("ZZZ")).isEmpty();
        assertThat(data.prices("ZZZTOP")).isEmpty();
        assertThat(data.options("ZZZTOP")).isEmpty();
        assertThat(data.prices("ZZ")).isPresent();
    }

    @Test
    void tickers_that_start_with_znew_have_thirty_days() {
        assertThat(closes(data, "ZNEWCO").size()).isEqualTo(30);
    }

    @Test
    void before_the_first_day_there_is_nothing() {
        DemoMarketData early = at("2014-12-31T15:00:00Z");
        assertThat(early.prices("AAPL")).isEmpty();
        assertThat(early.options("AAPL")).isEmpty();
        assertThat(early.breadth()).isEmpty();
        assertThat(closes(at("2015-01-05T15:00:00Z"), "AAPL").size()).isOne();
    }

    @Test
    void options_are_plausible_and_indices_have_none() {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            OptionsActivity options =
                    data.options("S" + random.nextInt(1_000_000)).orElseThrow();
            assertThat(options.putCallRatio()).isBetween(0.1, 2.0);
            assertThat(options.ivSkew()).isBetween(-0.2, 0.2);
            assertThat(options.volumeRatio()).isBetween(0.1, 4.0);
        }
        assertThat(data.options("VIX^")).isEmpty();
        assertThat(data.options("EURUSD=X")).isEmpty();
    }

    @Test
    void breadth_follows_the_market() {
        LocalDate first = LocalDate.of(2025, 1, 2);
        double[] shares = new double[200];
        double[] moves = new double[200];
        LocalDate day = first;
        for (int i = 0; i < shares.length; i++) {
            DemoMarketData that = at(day + "T20:00:00Z");
            MarketBreadth breadth = that.breadth().orElseThrow();
            PriceHistory market = closes(that, "SPY");
            shares[i] = breadth.advancing() / (breadth.advancing() + breadth.declining());
            moves[i] = market.newestClose() / market.close(market.size() - 2) - 1;
            assertThat(breadth.spreadBps()).isBetween(1.0, 25.0);
            assertThat(breadth.volumeRatio()).isBetween(0.1, 2.5);
            day = day.plusDays(1);
        }
        assertThat(new PearsonsCorrelation().correlation(shares, moves)).isGreaterThan(0.7);
        assertThat(StatUtils.mean(shares)).isCloseTo(0.5, within(0.05));
    }

    @Test
    void nobody_has_a_portfolio_and_the_data_say_that_they_are_generated() {
        assertThat(data.portfolio("alice")).isEmpty();
        assertThat(data.provenance().generated()).isTrue();
        assertThat(data.provenance().title()).isEqualTo("Demo data");
    }

    @Test
    void noise_is_spread_as_its_names_say() {
        Noise noise = new Noise("any");
        double[] bell = IntStream.range(0, 20_000).mapToDouble(noise::bell).toArray();
        double[] uniform =
                IntStream.range(0, 20_000).mapToDouble(noise::uniform).toArray();
        assertThat(StatUtils.mean(bell)).isCloseTo(0, within(0.03));
        assertThat(StatUtils.variance(bell)).isCloseTo(1, within(0.04));
        assertThat(StatUtils.mean(uniform)).isCloseTo(0.5, within(0.01));
        assertThat(Arrays.stream(uniform).allMatch(u -> u >= 0 && u < 1)).isTrue();
        double[] shifted = Arrays.copyOfRange(bell, 1, bell.length);
        assertThat(new PearsonsCorrelation().correlation(shifted, Arrays.copyOf(bell, shifted.length)))
                .isCloseTo(0, within(0.03));
    }

    private static PriceHistory closes(DemoMarketData data, String symbol) {
        return data.prices(symbol).orElseThrow();
    }

    private static double[] returns(PriceHistory prices) {
        return IntStream.range(1, prices.size())
                .mapToDouble(i -> prices.close(i) / prices.close(i - 1) - 1)
                .toArray();
    }

    /** A clock that is where the test puts it. */
    private static final class MovingClock extends Clock {
        private Instant now;

        MovingClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(now, zone);
        }
    }
}
