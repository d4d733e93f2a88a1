package dev.tiercache.service.report;

import dev.tiercache.service.report.InvestorReport.Confidence;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the data carry the report: the covered shares of what it could be made from, by weight. A quarter belongs to
 * signals that no source is connected for. Where copies stand in for what the source does not give now, a fifth is taken off. On generated data the
 * sum is halved.
 */
final class ConfidenceRules {

    private static final double GENERATED_FACTOR = 0.5;
    private static final double COPIES_FACTOR = 0.8;

    private final List<String> drivers = new ArrayList<>();
    private double sum;

    private ConfidenceRules() {}

    static Confidence of(Evidence evidence, Portfolio portfolio) {
        ConfidenceRules rules = new ConfidenceRules();
        int known = evidence.prices().size();
        int asked = known + evidence.unknown().size();
        int returns = portfolio.returns().length;
        rules.add("Prices", known, asked, 0.30, "symbols");
        rules.add("History", returns, Portfolio.RETURNS, 0.20, "common daily returns");
        rules.add("Benchmark", portfolio.hasBenchmark() ? 1 : 0, 1, 0.10, "series, " + Evidence.BENCHMARK);
        rules.add("Options", evidence.options().size(), known, 0.10, "symbols");
        rules.add("Breadth", evidence.breadth().isPresent() ? 1 : 0, 1, 0.05, "market");
        rules.add("Model, sentiment, filings, insiders and alternative data", 0, 6, 0.25, "signals have a source");
        if (SignalRules.regime(portfolio).isEmpty()) {
            rules.drivers.add("The regime cannot be told without 20 days of the benchmark; \"Normal\" stands in.");
        }
        rules.drivers.addAll(evidence.failures());
        if (!evidence.unknown().isEmpty()) {
            rules.drivers.add("No data: " + Text.list(evidence.unknown()) + ".");
        }
        if (!evidence.copies().isEmpty()) {
            rules.drivers.addAll(evidence.copies());
            rules.drivers.add("Copies stand in for data of now, so a fifth of the sum is taken off.");
            rules.sum *= COPIES_FACTOR;
        }
        if (evidence.provenance().generated()) {
            rules.drivers.add(evidence.provenance().title() + " are generated, so the sum is halved.");
            rules.sum *= GENERATED_FACTOR;
        }
        return new Confidence(ReportJson.rounded(Math.min(rules.sum, 1)), rules.drivers);
    }

    private void add(String name, int covered, int of, double weight, String what) {
        sum += of == 0 ? 0 : weight * covered / of;
        drivers.add(name + ": " + covered + " of " + of + " " + what + " (weight " + Text.number(weight, 2) + ").");
    }
}
