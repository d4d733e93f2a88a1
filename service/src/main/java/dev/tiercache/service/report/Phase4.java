package dev.tiercache.service.report;

import dev.tiercache.service.analytics.Phase4Signals;
import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.report.InvestorReport.Phase4Tech;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The four Phase 4 signals of a portfolio; one that has no data is null, with the reason, and leaves the others alone. */
final class Phase4 {

    private final List<String> explanations = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    private Phase4() {}

    static Phase4Tech of(Evidence evidence, Portfolio portfolio) {
        Phase4 signals = new Phase4();
        return new Phase4Tech(
                signals.optionsFlow(evidence, portfolio),
                signals.momentum(portfolio),
                signals.seasonality(portfolio),
                signals.breadth(evidence),
                signals.explanations,
                signals.reasons.isEmpty() ? null : String.join("; ", signals.reasons));
    }

    /** All four null for one reason. */
    static Phase4Tech none(String reason) {
        return new Phase4Tech(null, null, null, null, List.of(), reason);
    }

    /** One symbol's composite; empty where it has no options or not all figures. */
    static OptionalDouble optionsFlow(Evidence evidence, String symbol) {
        OptionsActivity options = evidence.options().get(symbol);
        return options == null
                ? OptionalDouble.empty()
                : Phase4Signals.optionsFlowComposite(options.putCallRatio(), options.ivSkew(), options.volumeRatio());
    }

    private @Nullable Double optionsFlow(Evidence evidence, Portfolio portfolio) {
        double sum = 0;
        double covered = 0;
        int symbols = 0;
        for (Map.Entry<String, Double> position : portfolio.weights().entrySet()) {
            OptionalDouble score = optionsFlow(evidence, position.getKey());
            if (score.isPresent()) {
                sum += position.getValue() * score.getAsDouble();
                covered += position.getValue();
                symbols++;
            }
        }
        if (symbols == 0) {
            return unavailable("options_flow_composite: no options data for the portfolio");
        }
        explanations.add("options_flow_composite: mean over " + Text.count(symbols, "symbol")
                + " with options, weighted by value (" + Text.percent(100 * covered) + " of the portfolio).");
        return ReportJson.rounded(sum / covered);
    }

    private @Nullable Double momentum(Portfolio portfolio) {
        if (!portfolio.hasBenchmark()) {
            return unavailable("residual_momentum: no prices of the benchmark " + Evidence.BENCHMARK);
        }
        OptionalDouble z = Phase4Signals.residualMomentum(portfolio.returns(), portfolio.benchmarkReturns());
        if (z.isEmpty()) {
            return unavailable("residual_momentum: " + Text.count(portfolio.returns().length, "common return") + ", "
                    + Phase4Signals.MOMENTUM_DAYS + " are needed");
        }
        explanations.add("residual_momentum: z-score of what the portfolio earned beyond " + Evidence.BENCHMARK
                + " in the last " + Phase4Signals.MOMENTUM_DAYS + " days.");
        return ReportJson.rounded(z.getAsDouble());
    }

    private @Nullable Double seasonality(Portfolio portfolio) {
        OptionalDouble score = Phase4Signals.seasonalityScore(portfolio.days(), portfolio.returns());
        if (score.isEmpty()) {
            return unavailable("seasonality_score: " + Text.count(portfolio.returns().length, "common return") + ", "
                    + Phase4Signals.SEASONALITY_DAYS + " are needed");
        }
        explanations.add("seasonality_score: turn of the month and weekday of " + portfolio.lastDay() + ", over "
                + Text.count(portfolio.returns().length, "return") + ".");
        return ReportJson.rounded(score.getAsDouble());
    }

    private @Nullable Double breadth(Evidence evidence) {
        Optional<MarketBreadth> breadth = evidence.breadth();
        OptionalDouble score = breadth.isEmpty()
                ? OptionalDouble.empty()
                : Phase4Signals.breadthLiquidity(
                        breadth.get().advancing(),
                        breadth.get().declining(),
                        breadth.get().volumeRatio(),
                        breadth.get().spreadBps());
        if (score.isEmpty()) {
            return unavailable("breadth_liquidity: no data on the market's breadth");
        }
        MarketBreadth market = breadth.orElseThrow();
        explanations.add("breadth_liquidity: " + Text.number(market.advancing(), 0) + " issues rose and "
                + Text.number(market.declining(), 0) + " fell on " + market.date() + ".");
        return ReportJson.rounded(score.getAsDouble());
    }

    private @Nullable Double unavailable(String reason) {
        reasons.add(reason);
        return null;
    }
}
