package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.PriceHistory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The symbols of a report as one portfolio: today's weights, looked back over the days that all its symbols and the
 * benchmark share (at most {@value #RETURNS} returns).
 *
 * <p>A symbol with fewer than {@value #MIN_CLOSES} closes, or whose newest close is more than {@value #MAX_LAG_DAYS}
 * days behind the newest of all, would cut the window for all others: it is left out, unless all are like that. A day on
 * which one of the symbols has no close is no common day; its move is part of the next return.
 */
final class Portfolio {

    static final int RETURNS = 252;
    static final int MIN_CLOSES = 60;
    static final int MAX_LAG_DAYS = 10;

    private final Map<String, Double> weights;
    private final Map<String, String> leftOut;
    private final boolean weightedByHoldings;
    private final boolean hasBenchmark;
    private final long[] days;
    private final Map<String, double[]> symbolReturns;
    private final double[] returns;
    private final double[] benchmarkReturns;

    static Portfolio of(Evidence evidence) {
        return new Portfolio(evidence);
    }

    private Portfolio(Evidence evidence) {
        LocalDate newest = evidence.newestDate();
        leftOut = new TreeMap<>();
        Map<String, PriceHistory> members = new LinkedHashMap<>();
        evidence.prices().forEach((symbol, prices) -> {
            Optional<String> why = whyNot(prices, newest);
            why.ifPresentOrElse(reason -> leftOut.put(symbol, reason), () -> members.put(symbol, prices));
        });
        if (members.isEmpty()) {
            leftOut.clear();
            members.putAll(evidence.prices());
        }
        Map<String, Double> held = held(evidence.holdings(), members);
        weightedByHoldings = !held.isEmpty();
        weights = weightedByHoldings ? held : equal(members);

        Optional<PriceHistory> benchmark =
                evidence.benchmark().filter(prices -> whyNot(prices, newest).isEmpty());
        hasBenchmark = benchmark.isPresent();
        List<PriceHistory> series = new ArrayList<>(members.values());
        benchmark.ifPresent(series::add);
        int[][] common = commonDays(series);
        days = new long[common.length];
        for (int day = 0; day < common.length; day++) {
            days[day] = series.getFirst().epochDay(common[day][0]);
        }
        symbolReturns = new LinkedHashMap<>();
        for (int i = 0; i < series.size() && i < members.size(); i++) {
            symbolReturns.put(series.get(i).symbol(), returns(closes(series.get(i), common, i)));
        }
        benchmarkReturns = benchmark
                .map(prices -> returns(closes(prices, common, series.size() - 1)))
                .orElseGet(() -> new double[0]);
        returns = returns(value(series, common));
    }

    private static Optional<String> whyNot(PriceHistory prices, LocalDate newest) {
        if (prices.size() < MIN_CLOSES) {
            return Optional.of(Text.count(prices.size(), "close") + ", " + MIN_CLOSES + " are needed");
        }
        return prices.newestDate().plusDays(MAX_LAG_DAYS).isBefore(newest)
                ? Optional.of("no close since " + prices.newestDate())
                : Optional.empty();
    }

    /** Shares of value, by quantity and newest close; empty where nothing of the portfolio is held. */
    private static Map<String, Double> held(List<Holding> holdings, Map<String, PriceHistory> members) {
        Map<String, Double> values = new TreeMap<>();
        for (Holding holding : holdings) {
            PriceHistory prices = members.get(holding.symbol());
            if (prices != null && holding.quantity() > 0) {
                values.merge(holding.symbol(), holding.quantity() * prices.newestClose(), Double::sum);
            }
        }
        double total = values.values().stream().mapToDouble(Double::doubleValue).sum();
        values.replaceAll((symbol, value) -> value / total);
        return values;
    }

    private static Map<String, Double> equal(Map<String, PriceHistory> members) {
        Map<String, Double> equal = new TreeMap<>();
        members.keySet().forEach(symbol -> equal.put(symbol, 1.0 / members.size()));
        return equal;
    }

    /** For each common day, oldest first, where each series has it: a merge from the newest ends. */
    private static int[][] commonDays(List<PriceHistory> series) {
        int[] at = series.stream().mapToInt(prices -> prices.size() - 1).toArray();
        List<int[]> found = new ArrayList<>();
        while (found.size() <= RETURNS && Arrays.stream(at).allMatch(index -> index >= 0)) {
            long oldest = Long.MAX_VALUE;
            for (int i = 0; i < at.length; i++) {
                oldest = Math.min(oldest, series.get(i).epochDay(at[i]));
            }
            boolean common = true;
            for (int i = 0; i < at.length; i++) {
                while (at[i] >= 0 && series.get(i).epochDay(at[i]) > oldest) {
                    at[i]--;
                    common = false;
                }
            }
            if (common) {
                found.add(at.clone());
                for (int i = 0; i < at.length; i++) {
                    at[i]--;
                }
            }
        }
        return found.reversed().toArray(int[][]::new);
    }

    private static double[] closes(PriceHistory prices, int[][] common, int column) {
        double[] closes = new double[common.length];
        for (int day = 0; day < closes.length; day++) {
            closes[day] = prices.close(common[day][column]);
        }
        return closes;
    }

    /** The portfolio's value on each common day, 1 on the newest: weights are today's, so the shares were the same then. */
    private double[] value(List<PriceHistory> series, int[][] common) {
        double[] value = new double[common.length];
        for (int column = 0; column < series.size(); column++) {
            PriceHistory prices = series.get(column);
            boolean isMember = column < symbolReturns.size();
            double weight = isMember ? weights.getOrDefault(prices.symbol(), 0.0) : 0;
            if (weight > 0) {
                double[] closes = closes(prices, common, column);
                for (int day = 0; day < value.length; day++) {
                    value[day] += weight * closes[day] / closes[closes.length - 1];
                }
            }
        }
        return value;
    }

    private static double[] returns(double[] values) {
        double[] returns = new double[Math.max(0, values.length - 1)];
        for (int i = 0; i < returns.length; i++) {
            returns[i] = values[i + 1] / values[i] - 1;
        }
        return returns;
    }

    /** Shares of value by symbol, sorted, adding up to 1; a member that is not held is not in it. */
    Map<String, Double> weights() {
        return weights;
    }

    double weight(String symbol) {
        return weights.getOrDefault(symbol, 0.0);
    }

    /** Whether the weights are those of the user's holdings; else all are equal. */
    boolean isWeightedByHoldings() {
        return weightedByHoldings;
    }

    /** Symbols of the universe that are not in the portfolio, with the reason. */
    Map<String, String> leftOut() {
        return leftOut;
    }

    /** The symbols in it, held or not, sorted. */
    List<String> members() {
        return List.copyOf(symbolReturns.keySet());
    }

    boolean hasBenchmark() {
        return hasBenchmark;
    }

    /** Daily simple returns of the whole, oldest first. */
    double[] returns() {
        return returns;
    }

    /** Those of the benchmark on the same days; empty without a benchmark. */
    double[] benchmarkReturns() {
        return benchmarkReturns;
    }

    /** Those of one member on the same days. */
    double[] returnsOf(String symbol) {
        return symbolReturns.getOrDefault(symbol, new double[0]);
    }

    /** The day of each return, as days since 1970-01-01. */
    long[] days() {
        return days.length == 0 ? days : Arrays.copyOfRange(days, 1, days.length);
    }

    /** The close before the first return. Only where there is a common day. */
    LocalDate firstDay() {
        return LocalDate.ofEpochDay(days[0]);
    }

    /** The day of the newest return. Only where there is a common day. */
    LocalDate lastDay() {
        return LocalDate.ofEpochDay(days[days.length - 1]);
    }

    boolean isEmpty() {
        return returns.length == 0;
    }
}
