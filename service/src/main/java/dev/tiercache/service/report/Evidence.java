package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketData.Provenance;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.TradingCalendar;
import dev.tiercache.service.report.Questions.Question;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
 * @param copies what is of before, because the source does not give it now, as sentences for the report
 */
record Evidence(
        Provenance provenance,
        Map<String, PriceHistory> prices,
        List<String> unknown,
        Optional<PriceHistory> benchmark,
        Map<String, OptionsActivity> options,
        Optional<MarketBreadth> breadth,
        List<Holding> holdings,
        List<String> failures,
        List<String> copies) {

    /** The benchmark of every portfolio. */
    static final String BENCHMARK = "SPY";

    /** What is not there by then is out of reach: whoever asked waits for ten seconds at most. */
    private static final Duration LONGEST = Duration.ofSeconds(8);

    /**
     * Asks for everything at once. What comes of it does not depend on which answer is the first: of several failures
     * that leave no report, the one of the first symbol by name is thrown.
     */
    static Evidence gather(MarketData source, ReportRequest request) throws MarketDataException {
        CopiesUsed copies = new CopiesUsed();
        MarketData market = source.telling(copies);
        try (Questions questions = new Questions(LONGEST)) {
            Map<String, Question<Optional<PriceHistory>>> prices = new TreeMap<>();
            Map<String, Question<Optional<OptionsActivity>>> options = new TreeMap<>();
            for (String symbol : request.symbols()) {
                prices.put(symbol, questions.ask("the prices of " + symbol, () -> market.prices(symbol)));
                options.put(symbol, questions.ask("the options of " + symbol, () -> market.options(symbol)));
            }
            Question<Optional<PriceHistory>> benchmark = prices.containsKey(BENCHMARK)
                    ? prices.get(BENCHMARK)
                    : questions.ask("the prices of " + BENCHMARK, () -> market.prices(BENCHMARK));
            Question<Optional<MarketBreadth>> breadth = questions.ask("the breadth", market::breadth);
            Question<List<Holding>> holdings = questions.ask("the portfolio", () -> market.portfolio(request.userId()));
            return of(source.provenance(), prices, options, benchmark, breadth, holdings, copies);
        }
    }

    private static Evidence of(
            Provenance provenance,
            Map<String, Question<Optional<PriceHistory>>> prices,
            Map<String, Question<Optional<OptionsActivity>>> options,
            Question<Optional<PriceHistory>> benchmark,
            Question<Optional<MarketBreadth>> breadth,
            Question<List<Holding>> holdings,
            CopiesUsed copies)
            throws MarketDataException {
        Map<String, PriceHistory> known = new TreeMap<>();
        List<String> unknown = new ArrayList<>();
        for (Map.Entry<String, Question<Optional<PriceHistory>>> question : prices.entrySet()) {
            question.getValue()
                    .answer()
                    .ifPresentOrElse(
                            found -> known.put(question.getKey(), found), () -> unknown.add(question.getKey()));
        }
        Optional<PriceHistory> against = benchmark.answer();
        List<Holding> held = holdings.answer();
        List<String> failures = new ArrayList<>();
        Map<String, OptionsActivity> activity = options(options, known.keySet(), failures);
        Optional<MarketBreadth> market = breadth(breadth, failures);
        Set<String> used = new TreeSet<>(known.keySet());
        used.add(BENCHMARK);
        return new Evidence(
                provenance,
                known,
                unknown,
                against,
                activity,
                market,
                held,
                failures,
                copies.sentences(used, activity.keySet()));
    }

    private static Map<String, OptionsActivity> options(
            Map<String, Question<Optional<OptionsActivity>>> questions, Set<String> known, List<String> failures) {
        Map<String, OptionsActivity> options = new TreeMap<>();
        List<String> failed = new ArrayList<>();
        for (String symbol : known) {
            try {
                Objects.requireNonNull(questions.get(symbol)).answer().ifPresent(found -> options.put(symbol, found));
            } catch (MarketDataException e) {
                failed.add(symbol);
            }
        }
        if (!failed.isEmpty()) {
            failures.add("Options of " + Text.list(failed) + " could not be read.");
        }
        return options;
    }

    private static Optional<MarketBreadth> breadth(Question<Optional<MarketBreadth>> question, List<String> failures) {
        try {
            return question.answer();
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
