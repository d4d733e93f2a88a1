package dev.tiercache.service.report;

import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.report.InvestorReport.Source;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names every datum's source: one entry for each kind of data and each day that it is as of, newest first. */
final class SourceRules {

    private SourceRules() {}

    static List<Source> of(Evidence evidence) {
        Map<LocalDate, List<String>> closes = new TreeMap<>();
        for (PriceHistory prices : evidence.prices().values()) {
            group(closes, prices.newestDate(), prices.symbol());
        }
        if (!evidence.prices().containsKey(Evidence.BENCHMARK)) {
            evidence.benchmark().ifPresent(prices -> group(closes, prices.newestDate(), prices.symbol()));
        }
        Map<LocalDate, List<String>> options = new TreeMap<>();
        for (Map.Entry<String, OptionsActivity> entry : evidence.options().entrySet()) {
            group(options, entry.getValue().date(), entry.getKey());
        }
        List<Source> sources = new ArrayList<>();
        add(sources, evidence, "daily closes", "prices", closes);
        add(sources, evidence, "options activity", "options", options);
        evidence.breadth()
                .ifPresent(breadth -> sources.add(source(evidence, "market breadth", "breadth", breadth.date())));
        sources.add(new Source(
                "Risk metrics, signals and actions, computed from the data above",
                "urn:tiercache:computed",
                "computed",
                Evidence.asOf(evidence.newestDate()).toString()));
        return sources;
    }

    private static void group(Map<LocalDate, List<String>> symbols, LocalDate day, String symbol) {
        symbols.computeIfAbsent(day, none -> new ArrayList<>()).add(symbol);
    }

    private static void add(
            List<Source> sources, Evidence evidence, String what, String id, Map<LocalDate, List<String>> symbols) {
        new TreeMap<>(symbols).descendingMap().forEach((day, names) -> {
            sources.add(source(evidence, what + " of " + String.join(", ", names), id, day));
        });
    }

    private static Source source(Evidence evidence, String what, String id, LocalDate day) {
        return new Source(
                evidence.provenance().title() + ": " + what,
                "urn:tiercache:" + evidence.provenance().id() + ":" + id,
                "local",
                Evidence.asOf(day).toString());
    }
}
