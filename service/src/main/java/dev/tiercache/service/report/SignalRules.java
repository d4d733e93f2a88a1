package dev.tiercache.service.report;

import dev.tiercache.service.analytics.MarketRegime;
import dev.tiercache.service.analytics.Phase4Signals;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.report.InvestorReport.AltData;
import dev.tiercache.service.report.InvestorReport.MlAlpha;
import dev.tiercache.service.report.InvestorReport.Sentiment;
import dev.tiercache.service.report.InvestorReport.Signals;
import dev.tiercache.service.report.InvestorReport.SmartMoney;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The signals. One that has no source is 0 and says so: nothing is made up. */
final class SignalRules {

    private SignalRules() {}

    static Signals of(Evidence evidence, Portfolio portfolio) {
        return new Signals(
                new MlAlpha(0, List.of(noSource("score", "no model is connected"))),
                regime(portfolio).orElse(MarketRegime.NORMAL).label(),
                new Sentiment(0, 0, List.of(noSource("level and delta", "no news or social source is connected"))),
                smartMoney(evidence, portfolio),
                new AltData(
                        0,
                        0,
                        List.of(noSource(
                                "digital_demand and earnings_surprise_pred", "no alternative data is connected"))),
                Phase4.of(evidence, portfolio));
    }

    /** The market's mood; empty without a benchmark or below 20 days. */
    static Optional<MarketRegime> regime(Portfolio portfolio) {
        return MarketRegime.of(portfolio.benchmarkReturns());
    }

    private static SmartMoney smartMoney(Evidence evidence, Portfolio portfolio) {
        String filings = noSource("thirteenF and insider_bias", "no source of filings is connected");
        double sum = 0;
        double covered = 0;
        for (Map.Entry<String, Double> position : portfolio.weights().entrySet()) {
            OptionsActivity options = evidence.options().get(position.getKey());
            if (options != null && Double.isFinite(options.putCallRatio())) {
                sum += position.getValue() * Phase4Signals.putCallBias(options.putCallRatio());
                covered += position.getValue();
            }
        }
        if (covered == 0) {
            return new SmartMoney(
                    0, 0, 0, List.of(filings, noSource("options_bias", "there are no options data for the portfolio")));
        }
        return new SmartMoney(
                0,
                0,
                ReportJson.rounded(sum / covered),
                List.of(
                        filings,
                        "options_bias: put/call volume against the usual 0.7, weighted by value over "
                                + Text.percent(100 * covered) + " of the portfolio."));
    }

    private static String noSource(String signal, String why) {
        return signal + ": 0 because " + why + "; not a measurement.";
    }
}
