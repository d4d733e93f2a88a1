package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketData.Provenance;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.TradingCalendar;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All data that one report is made from, fetched once. Prices are needed: a source that cannot give them now fails the
 * report. Options and breadth are not: where they fail, the report says so.
 *
 * @param provenance kind of the data
 * @param prices by symbol, sorted: the report's universe
 * @param unknown symbols asked for without prices, sorted
 * @param benchmark prices of the benchmark, empty where the source has none
 * @param options by symbol
 * @param breadth of the market
 * @param holdings of the user
 * @param failures what could not be had now, as sentences for the report
 */
record Evidence(
        Provenance provenance,
        Map<String, PriceHistory> prices,
        List<String> unknown,
        Optional<PriceHistory> benchmark,
        Map<String, OptionsActivity> options,
        Optional<MarketBreadth> breadth,
        List<Holding> holdings,
        List<String> failures) {

    /** The benchmark of every portfolio. */
    static final String BENCHMARK = "SPY";

    static Evidence gather(MarketData market, ReportRequest request) throws MarketDataException {
        Map<String, PriceHistory> prices = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        for (String symbol : request.symbols()) {
            market.prices(symbol).ifPresentOrElse(found -> prices.put(symbol, found), () -> unknown.add(symbol));
        }
        List<String> failures = new ArrayList<>();
        return new Evidence(
                market.provenance(),
                prices,
                unknown,
                market.prices(BENCHMARK),
                options(market, prices, failures),
                breadth(market, failures),
                market.portfolio(request.userId()),
                failures);
    }

    private static Map<String, OptionsActivity> options(
            MarketData market, Map<String, PriceHistory> prices, List<String> failures) {
        Map<String, OptionsActivity> options = new TreeMap<>();
        List<String> failed = new ArrayList<>();
        for (String symbol : prices.keySet()) {
            try {
                market.options(symbol).ifPresent(found -> options.put(symbol, found));
            } catch (MarketDataException e) {
                failed.add(symbol);
            }
        }
        if (!failed.isEmpty()) {
            failures.add("Options of " + Text.list(failed) + " could not be read.");
        }
        return options;
    }

    private static Optional<MarketBreadth> breadth(MarketData market, List<String> failures) {
        try {
            return market.breadth();
        } catch (MarketDataException e) {
            failures.add("Market breadth could not be read.");
            return Optional.empty();
        }
    }

    List<String> universe() {
        return List.copyOf(prices.keySet());
    }

    /** The day of the newest datum; there is one wherever there are prices. */
    LocalDate newestDate() {
        Stream<LocalDate> days = Stream.of(
                        prices.values().stream().map(PriceHistory::newestDate),
                        benchmark.stream().map(PriceHistory::newestDate),
                        options.values().stream().map(OptionsActivity::date),
                        breadth.stream().map(MarketBreadth::date))
                .flatMap(dates -> dates);
        return days.max(LocalDate::compareTo).orElseThrow();
    }

    /** When a day's data were complete: the close of trading. */
    static Instant asOf(LocalDate day) {
        return TradingCalendar.close(day);
    }
}
