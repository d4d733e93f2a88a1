package dev.tiercache.service.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of InvestorReport.v1 without its metadata, field by field as the JSON has it; the schema
 * ({@code investor-report-v1.schema.json}) describes each. Numbers are finite and rounded by {@link ReportJson#rounded}.
 */
@JsonPropertyOrder({
    "as_of",
    "universe",
    "executive_summary",
    "risk_panel",
    "signals",
    "actions",
    "sources",
    "confidence"
})
record InvestorReport(
        String asOf,
        List<String> universe,
        ExecutiveSummary executiveSummary,
        RiskPanel riskPanel,
        Signals signals,
        List<Action> actions,
        List<Source> sources,
        Confidence confidence) {

    @JsonPropertyOrder({"top_picks", "key_risks", "thesis"})
    record ExecutiveSummary(List<TopPick> topPicks, List<String> keyRisks, String thesis) {}

    @JsonPropertyOrder({"ticker", "rationale", "expected_horizon_days"})
    record TopPick(String ticker, String rationale, int expectedHorizonDays) {}

    @JsonPropertyOrder({
        "omega",
        "gh1",
        "pain_index",
        "upside_capture",
        "downside_capture",
        "cvar_95",
        "max_drawdown",
        "performance",
        "explanations"
    })
    record RiskPanel(
            double omega,
            double gh1,
            double painIndex,
            double upsideCapture,
            double downsideCapture,
            @JsonProperty("cvar_95") double cvar95,
            double maxDrawdown,
            Performance performance,
            List<String> explanations) {}

    @JsonPropertyOrder({"volatility", "sharpe", "sortino", "beta", "alpha", "r_squared", "calmar", "information_ratio"})
    record Performance(
            double volatility,
            double sharpe,
            double sortino,
            double beta,
            double alpha,
            @JsonProperty("r_squared") double rSquared,
            double calmar,
            double informationRatio) {}

    @JsonPropertyOrder({"ml_alpha", "regime", "sentiment", "smart_money", "alt_data", "phase4_tech"})
    record Signals(
            MlAlpha mlAlpha,
            String regime,
            Sentiment sentiment,
            SmartMoney smartMoney,
            AltData altData,
            @JsonProperty("phase4_tech") Phase4Tech phase4Tech) {}

    @JsonPropertyOrder({"score", "explanations"})
    record MlAlpha(double score, List<String> explanations) {}

    @JsonPropertyOrder({"level", "delta", "explanations"})
    record Sentiment(double level, double delta, List<String> explanations) {}

    @JsonPropertyOrder({"thirteenF", "insider_bias", "options_bias", "explanations"})
    record SmartMoney(
            @JsonProperty("thirteenF") double thirteenF,
            double insiderBias,
            double optionsBias,
            List<String> explanations) {}

    @JsonPropertyOrder({"digital_demand", "earnings_surprise_pred", "explanations"})
    record AltData(double digitalDemand, double earningsSurprisePred, List<String> explanations) {}

    /** A signal that is null has its reason in {@code unavailableWithReason}, which is absent where none is null. */
    @JsonPropertyOrder({
        "options_flow_composite",
        "residual_momentum",
        "seasonality_score",
        "breadth_liquidity",
        "explanations",
        "unavailable_with_reason"
    })
    record Phase4Tech(
            @Nullable Double optionsFlowComposite,
            @Nullable Double residualMomentum,
            @Nullable Double seasonalityScore,
            @Nullable Double breadthLiquidity,
            List<String> explanations,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String unavailableWithReason) {}

    @JsonPropertyOrder({"ticker", "action", "sizing", "risk_controls"})
    record Action(String ticker, String action, String sizing, String riskControls) {}

    @JsonPropertyOrder({"title", "url", "provider", "as_of"})
    record Source(String title, String url, String provider, String asOf) {}

    @JsonPropertyOrder({"overall", "drivers"})
    record Confidence(double overall, List<String> drivers) {}

    /** The object {@code data} of a {@code phase4_update} message. */
    @JsonPropertyOrder({
        "options_flow_composite",
        "residual_momentum",
        "seasonality_score",
        "breadth_liquidity",
        "unavailable_with_reason",
        "as_of",
        "compute_latency_ms"
    })
    record Phase4Update(
            @Nullable Double optionsFlowComposite,
            @Nullable Double residualMomentum,
            @Nullable Double seasonalityScore,
            @Nullable Double breadthLiquidity,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String unavailableWithReason,

            @Nullable String asOf,
            double computeLatencyMs) {}
}
