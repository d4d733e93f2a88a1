package dev.tiercache.service.report;

import dev.tiercache.service.analytics.MarketRegime;
import dev.tiercache.service.analytics.PerformanceMetrics;
import dev.tiercache.service.analytics.Phase4Signals;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.report.InvestorReport.Action;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What to do with each symbol. Its score is the mean of what there is of momentum (weight 0.5; z-score over 2, limited to
 * -1..1), options flow (0.3) and seasonality (0.2). From {@value #BUY} on it is a buy, in a crisis a hold; down to
 * {@value #SELL} it is a sell; between, a hold. A symbol of weight 0 is never held or sold but watched, and so is one
 * without momentum.
 */
final class ActionRules {

    static final double BUY = 0.25;
    static final double SELL = -0.25;

    /** The horizon of the signals, in days: that of the momentum. */
    static final int HORIZON_DAYS = Phase4Signals.MOMENTUM_DAYS;

    private ActionRules() {}

    /**
     * A symbol judged.
     *
     * @param score -1 to 1; 0 where it cannot be told
     * @param basis the parts of the score in words
     */
    record Verdict(Action action, double score, String basis) {}

    /** One verdict for each symbol of the universe, sorted by symbol. */
    static List<Verdict> of(Evidence evidence, Portfolio portfolio) {
        boolean crisis = SignalRules.regime(portfolio)
                .filter(regime -> regime == MarketRegime.CRISIS)
                .isPresent();
        Map<String, Double> targets = targets(portfolio);
        List<Verdict> verdicts = new ArrayList<>();
        for (PriceHistory prices : evidence.prices().values()) {
            verdicts.add(verdict(evidence, portfolio, prices, targets, crisis));
        }
        return verdicts;
    }

    private static Verdict verdict(
            Evidence evidence, Portfolio portfolio, PriceHistory prices, Map<String, Double> targets, boolean crisis) {
        String symbol = prices.symbol();
        double[] returns = portfolio.returnsOf(symbol);
        OptionalDouble momentum = Phase4Signals.residualMomentum(returns, portfolio.benchmarkReturns());
        if (momentum.isEmpty()) {
            String why = portfolio.leftOut().getOrDefault(symbol, "its momentum against the benchmark cannot be told");
            return new Verdict(
                    new Action(symbol, "watch", "No position is suggested: " + why + ".", "None while it is watched."),
                    0,
                    why);
        }
        Score score = new Score();
        score.add("momentum z", 0.5, momentum.getAsDouble(), 2);
        Phase4.optionsFlow(evidence, symbol).ifPresent(value -> score.add("options flow", 0.3, value, 1));
        Phase4Signals.seasonalityScore(portfolio.days(), returns)
                .ifPresent(value -> score.add("seasonality", 0.2, value, 1));
        double weight = portfolio.weight(symbol);
        String action = action(score.value(), weight > 0, crisis);
        return new Verdict(
                new Action(
                        symbol,
                        action,
                        sizing(action, 100 * weight, 100 * targets.getOrDefault(symbol, 0.0)),
                        riskControls(prices, returns)),
                score.value(),
                score.basis());
    }

    static String action(double score, boolean held, boolean crisis) {
        if (score >= BUY && !crisis) {
            return "buy";
        }
        if (!held) {
            return "watch";
        }
        return score <= SELL ? "sell" : "hold";
    }

    /** Weights in proportion to 1 / volatility, so that each symbol brings about as much risk; adding up to 1. */
    private static Map<String, Double> targets(Portfolio portfolio) {
        Map<String, Double> targets = new HashMap<>();
        double total = 0;
        for (String symbol : portfolio.members()) {
            double volatility = PerformanceMetrics.volatility(portfolio.returnsOf(symbol));
            double inverse = volatility == 0 ? 0 : 1 / volatility;
            targets.put(symbol, inverse);
            total += inverse;
        }
        double sum = total == 0 ? 1 : total;
        targets.replaceAll((symbol, inverse) -> inverse / sum);
        return targets;
    }

    private static String sizing(String action, double percentNow, double percentTarget) {
        String now = Text.percent(percentNow);
        return switch (action) {
            case "buy" ->
                "Towards " + Text.percent(percentTarget) + " of the portfolio, its share by inverse"
                        + " volatility; now " + now + ".";
            case "sell" ->
                "Towards " + Text.percent(Math.min(percentNow, percentTarget) / 2)
                        + " of the portfolio, half of the smaller of its share now and by inverse volatility; now "
                        + now
                        + ".";
            case "hold" -> "Keep " + now + " of the portfolio.";
            default -> "No position is suggested.";
        };
    }

    /** A level two standard deviations of a {@value #HORIZON_DAYS}-day move below the newest close. */
    private static String riskControls(PriceHistory prices, double[] returns) {
        double yearly = PerformanceMetrics.volatility(returns);
        double move = 2 * yearly * Math.sqrt(HORIZON_DAYS / 252.0);
        String close = "the close of " + Text.number(prices.newestClose(), 2) + " on " + prices.newestDate();
        if (move == 0 || move >= 1) {
            return "Review daily: its volatility of " + Text.percent(100 * yearly) + " a year gives no level below "
                    + close + ".";
        }
        return "Review below " + Text.number(prices.newestClose() * (1 - move), 2) + ", two standard deviations of "
                + HORIZON_DAYS + " days under " + close + ".";
    }

    /** A weighted mean that remembers its parts. */
    private static final class Score {
        private final List<String> parts = new ArrayList<>();
        private double sum;
        private double weights;

        void add(String name, double weight, double value, double full) {
            parts.add(name + " " + Text.signed(value, 2));
            sum += weight * Math.clamp(value / full, -1.0, 1.0);
            weights += weight;
        }

        double value() {
            return sum / weights;
        }

        String basis() {
            return String.join(", ", parts);
        }
    }
}
