package dev.tiercache.service.report;

import dev.tiercache.service.analytics.MarketRegime;
import dev.tiercache.service.analytics.PerformanceMetrics;
import dev.tiercache.service.report.ActionRules.Verdict;
import dev.tiercache.service.report.InvestorReport.ExecutiveSummary;
import dev.tiercache.service.report.InvestorReport.RiskPanel;
import dev.tiercache.service.report.InvestorReport.TopPick;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The summary: sentences that follow from the numbers by the thresholds below, and nothing else. */
final class SummaryRules {

    private static final int PICKS = 3;
    private static final double DEEP_DRAWDOWN = -15;
    private static final double BAD_DAYS = -2.5;
    private static final double FULL_DOWNSIDE = 110;
    private static final double LARGE_POSITION = 0.4;

    private SummaryRules() {}

    static ExecutiveSummary of(Evidence evidence, Portfolio portfolio, RiskPanel risk, List<Verdict> verdicts) {
        return new ExecutiveSummary(
                topPicks(verdicts), keyRisks(evidence, portfolio, risk), thesis(evidence, portfolio, risk, verdicts));
    }

    private static List<TopPick> topPicks(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.action().action().equals("buy"))
                .sorted(Comparator.comparingDouble(Verdict::score)
                        .reversed()
                        .thenComparing(verdict -> verdict.action().ticker()))
                .limit(PICKS)
                .map(verdict -> new TopPick(
                        verdict.action().ticker(),
                        "Score " + Text.signed(verdict.score(), 2) + ": " + verdict.basis() + ".",
                        ActionRules.HORIZON_DAYS))
                .toList();
    }

    private static List<String> keyRisks(Evidence evidence, Portfolio portfolio, RiskPanel risk) {
        List<String> risks = new ArrayList<>();
        SignalRules.regime(portfolio)
                .filter(regime -> regime == MarketRegime.HIGH_VOL || regime == MarketRegime.CRISIS)
                .ifPresent(regime -> risks.add("The market's regime is " + regime.label() + "."));
        if (risk.maxDrawdown() <= DEEP_DRAWDOWN) {
            risks.add("The portfolio fell by up to " + Text.percent(-risk.maxDrawdown()) + " from its peak.");
        }
        if (risk.cvar95() <= BAD_DAYS) {
            risks.add("The worst 5 % of days lost " + Text.percent(-risk.cvar95()) + " on average.");
        }
        if (risk.downsideCapture() >= FULL_DOWNSIDE) {
            risks.add("It takes " + Text.percent(risk.downsideCapture()) + " of the benchmark's losses.");
        }
        if (portfolio.members().size() > 1) {
            for (Map.Entry<String, Double> position : portfolio.weights().entrySet()) {
                if (position.getValue() >= LARGE_POSITION && portfolio.isWeightedByHoldings()) {
                    risks.add(position.getKey() + " is " + Text.percent(100 * position.getValue())
                            + " of the portfolio.");
                }
            }
        }
        if (risks.isEmpty()) {
            risks.add("No figure crosses its threshold: maximum drawdown " + Text.percent(risk.maxDrawdown())
                    + ", worst 5 % of days " + Text.percent(risk.cvar95()) + " a day.");
        }
        if (!evidence.unknown().isEmpty()) {
            risks.add("Not in this report, no data: " + Text.list(evidence.unknown()) + ".");
        }
        portfolio.leftOut().forEach((symbol, why) -> risks.add("Not in the risk panel: " + symbol + ", " + why + "."));
        risks.addAll(evidence.failures());
        risks.addAll(evidence.copies());
        return risks;
    }

    private static String thesis(Evidence evidence, Portfolio portfolio, RiskPanel risk, List<Verdict> verdicts) {
        StringBuilder thesis = new StringBuilder();
        if (evidence.provenance().generated()) {
            thesis.append(evidence.provenance().title()).append(", not market prices. ");
        }
        if (portfolio.isEmpty()) {
            return thesis.append("There are too few prices to say anything.").toString();
        }
        thesis.append("In ")
                .append(Text.count(portfolio.returns().length, "trading day"))
                .append(" to ")
                .append(portfolio.lastDay())
                .append(" the portfolio returned ")
                .append(Text.signedPercent(100 * PerformanceMetrics.totalReturn(portfolio.returns())));
        if (portfolio.hasBenchmark()) {
            thesis.append(", ")
                    .append(Evidence.BENCHMARK)
                    .append(' ')
                    .append(Text.signedPercent(100 * PerformanceMetrics.totalReturn(portfolio.benchmarkReturns())));
        }
        thesis.append(", at a volatility of ")
                .append(Text.percent(risk.performance().volatility()))
                .append(" a year. ");
        Optional<MarketRegime> regime = SignalRules.regime(portfolio);
        regime.ifPresent(found ->
                thesis.append("The market's regime is ").append(found.label()).append(". "));
        long buys = verdicts.stream()
                .filter(verdict -> verdict.action().action().equals("buy"))
                .count();
        thesis.append(
                buys == 0
                        ? "No symbol scores high enough to buy."
                        : Text.count((int) buys, "symbol") + " of " + verdicts.size()
                                + (buys == 1 ? " scores" : " score") + " high enough to buy.");
        return thesis.toString();
    }
}
