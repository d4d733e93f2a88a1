package dev.tiercache.service.report;

import dev.tiercache.service.analytics.PerformanceMetrics;
import dev.tiercache.service.analytics.RiskMetrics;
import dev.tiercache.service.report.InvestorReport.Performance;
import dev.tiercache.service.report.InvestorReport.RiskPanel;
import java.util.ArrayList;
import java.util.List;

/** The risk panel: the metrics of a portfolio, and what a reader has to know to read them. */
final class RiskRules {

    private RiskRules() {}

    static RiskPanel of(Evidence evidence, Portfolio portfolio) {
        double[] returns = portfolio.returns();
        double[] benchmark = portfolio.benchmarkReturns();
        return new RiskPanel(
                ReportJson.rounded(RiskMetrics.omega(returns)),
                ReportJson.rounded(RiskMetrics.gh1(returns, benchmark)),
                ReportJson.rounded(RiskMetrics.painIndex(returns)),
                ReportJson.rounded(RiskMetrics.upsideCapture(returns, benchmark)),
                ReportJson.rounded(RiskMetrics.downsideCapture(returns, benchmark)),
                ReportJson.rounded(RiskMetrics.cvar95(returns)),
                ReportJson.rounded(RiskMetrics.maxDrawdown(returns)),
                new Performance(
                        ReportJson.rounded(100 * PerformanceMetrics.volatility(returns)),
                        ReportJson.rounded(PerformanceMetrics.sharpe(returns)),
                        ReportJson.rounded(PerformanceMetrics.sortino(returns)),
                        ReportJson.rounded(PerformanceMetrics.beta(returns, benchmark)),
                        ReportJson.rounded(100 * PerformanceMetrics.alpha(returns, benchmark)),
                        ReportJson.rounded(PerformanceMetrics.rSquared(returns, benchmark)),
                        ReportJson.rounded(PerformanceMetrics.calmar(returns)),
                        ReportJson.rounded(PerformanceMetrics.informationRatio(returns, benchmark))),
                explanations(evidence, portfolio));
    }

    private static List<String> explanations(Evidence evidence, Portfolio portfolio) {
        List<String> notes = new ArrayList<>();
        if (portfolio.isEmpty()) {
            notes.add("There are no two days on which all symbols have a close: every figure is 0 and says nothing.");
        } else {
            notes.add("From " + Text.count(portfolio.returns().length, "daily return") + " between "
                    + portfolio.firstDay() + " and " + portfolio.lastDay() + "; weights are "
                    + (portfolio.isWeightedByHoldings() ? "the values of the user's holdings." : "equal."));
        }
        if (!portfolio.hasBenchmark()) {
            notes.add(
                    "gh1, the captures, beta, alpha, r_squared and information_ratio are 0: there are no recent prices"
                            + " of the benchmark " + Evidence.BENCHMARK + ".");
        }
        if (!portfolio.isEmpty() && RiskMetrics.omega(portfolio.returns()) == RiskMetrics.OMEGA_CAP) {
            notes.add("omega is at its cap: there are gains and hardly a loss.");
        }
        if (!evidence.unknown().isEmpty()) {
            notes.add("Left out, no data: " + Text.list(evidence.unknown()) + ".");
        }
        portfolio.leftOut().forEach((symbol, why) -> notes.add("Left out: " + symbol + ", " + why + "."));
        return notes;
    }
}
