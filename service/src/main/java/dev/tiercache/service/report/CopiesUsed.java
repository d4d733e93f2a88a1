package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketData.CopyListener;
import dev.tiercache.service.market.MarketData.Kind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Collects which data of one report are copies, since the source does not give them now, and says so in sentences. */
final class CopiesUsed implements CopyListener {

    private final Map<Kind, Map<String, Instant>> copies = new TreeMap<>();

    @Override
    public synchronized void used(Kind kind, String name, Instant from) {
        copies.computeIfAbsent(kind, none -> new TreeMap<>()).put(name, from);
    }

    /** One sentence for each kind of which there are copies; of what is asked for by symbol, only those given count. */
    synchronized List<String> sentences(Set<String> prices, Set<String> options) {
        List<String> sentences = new ArrayList<>();
        copies.forEach((kind, found) -> {
            Map<String, Instant> counted = new TreeMap<>(found);
            switch (kind) {
                case PRICES -> counted.keySet().retainAll(prices);
                case OPTIONS -> counted.keySet().retainAll(options);
                case BREADTH, PORTFOLIO -> {}
            }
            counted.values().stream().min(Comparator.naturalOrder()).ifPresent(oldest -> {
                sentences.add(what(kind, List.copyOf(counted.keySet())) + " from "
                        + oldest.truncatedTo(ChronoUnit.MINUTES) + ": the source does not give them now.");
            });
        });
        return sentences;
    }

    private static String what(Kind kind, List<String> names) {
        return switch (kind) {
            case PRICES -> "Prices of " + Text.list(names) + " are copies";
            case OPTIONS -> "Options of " + Text.list(names) + " are copies";
            case BREADTH -> "The market's breadth is a copy";
            case PORTFOLIO -> "The portfolio is a copy";
        };
    }
}
