// Shows a report: what each number is, in which unit, and why one is missing.

import { badge, byId, el } from "./dom.js";
import { number, percent, signed, utc } from "./format.js";
import { gauge } from "./gauges.js";

/** The Phase 4 signals, with the scale of each. */
export const PHASE4 = [
  { name: "options_flow_composite", label: "Options flow" },
  { name: "residual_momentum", label: "Residual momentum", limit: 3, unit: "z-score" },
  { name: "seasonality_score", label: "Seasonality" },
  { name: "breadth_liquidity", label: "Breadth and liquidity" },
];

const OTHERS = [
  ["smart_money", "options_bias", "Options bias"],
  ["smart_money", "thirteenF", "13F filings"],
  ["smart_money", "insider_bias", "Insiders"],
  ["ml_alpha", "score", "Model alpha"],
  ["sentiment", "level", "Sentiment"],
  ["sentiment", "delta", "Sentiment change"],
  ["alt_data", "digital_demand", "Digital demand"],
  ["alt_data", "earnings_surprise_pred", "Earnings surprise"],
];

const RISK = [
  ["gh1", "GH1", "% a year", "earned beyond benchmark and cash at equal risk", signed],
  ["omega", "Omega", "ratio", "sum of gains over sum of losses", number],
  ["max_drawdown", "Max drawdown", "%", "deepest fall from a peak", number],
  ["pain_index", "Pain index", "%", "mean depth below the peak", number],
  ["cvar_95", "CVaR 95", "% a day", "mean of the worst 5 % of days", number],
  ["upside_capture", "Upside capture", "%", "of the benchmark's gains", number],
  ["downside_capture", "Downside capture", "%", "of the benchmark's losses", number],
];

const PERFORMANCE = [
  ["volatility", "Volatility", "% a year"],
  ["sharpe", "Sharpe", "ratio"],
  ["sortino", "Sortino", "ratio"],
  ["calmar", "Calmar", "ratio"],
  ["information_ratio", "Information ratio", "ratio"],
  ["alpha", "Alpha", "% a year"],
  ["beta", "Beta", "slope"],
  ["r_squared", "R\u00b2", "0 to 1"],
];

const ACTIONS = { buy: "\u25b2", sell: "\u25bc", hold: "\u25a0", watch: "\u25cb" };

/** Puts a report on the page. */
export function showReport(report) {
  byId("report").replaceChildren(
    head(report),
    el("div", { class: "columns" },
      card("Summary", summary(report.executive_summary), "wide"),
      card("Risk panel", risk(report.risk_panel), "wide"),
      card(["Signals ", regime(report.signals.regime)], signals(report.signals), "wide"),
      card("Actions", [actions(report.actions)], "wide"),
      card("Confidence", confidence(report.confidence)),
      card("Sources", [sources(report.sources)]),
    ),
  );
  byId("report").hidden = false;
}

/** Takes the report away: another one was asked for. */
export function hideReport() {
  byId("report").hidden = true;
  byId("report").replaceChildren();
}

/** What the service says on a signal that is null; the reasons of several are joined by "; ". */
export function reasonFor(name, { unavailable_with_reason: reasons, [name]: value }) {
  if (value !== null || !reasons) {
    return "";
  }
  const own = reasons.split("; ").find((reason) => reason.startsWith(`${name}: `));
  return own ? own.slice(name.length + 2) : reasons;
}

function head({ universe, as_of: asOf, confidence: { overall } }) {
  return el("header", { class: "report-head" },
    el("h2", { id: "report-title" }, universe.join(" \u00b7 ")),
    el("p", { class: "note" }, "data of ", el("time", { datetime: asOf, "data-field": "as_of" }, utc(asOf)), ` \u00b7 confidence ${percent(overall)}`),
  );
}

function card(title, content, kind = "") {
  const heading = el("h3", {}, ...[title].flat());
  return el("section", { class: `card ${kind}` }, heading, ...content);
}

function summary({ thesis, key_risks: risks, top_picks: picks }) {
  return [
    el("p", { class: "thesis", "data-field": "thesis" }, thesis),
    el("div", { class: "pair" },
      el("div", {},
        el("h4", {}, "Key risks"),
        el("ul", { class: "plain risks" }, risks.map((text) => el("li", {}, text)))),
      el("div", {},
        el("h4", {}, "Top picks"),
        picks.length === 0
          ? el("p", { class: "note" }, "None: no symbol scores high enough to buy.")
          : el("ul", { class: "plain" }, picks.map((pick) =>
              el("li", {}, el("b", {}, pick.ticker), ` ${pick.rationale} `, el("span", { class: "note" }, `horizon ${pick.expected_horizon_days} trading days`)))))),
  ];
}

function risk(panel) {
  return [
    el("dl", { class: "figures" }, RISK.map(([name, label, unit, meaning, write]) =>
      el("div", {},
        el("dt", {}, label),
        el("dd", { class: "figure" }, el("data", { value: panel[name], "data-field": name }, write(panel[name])), el("span", { class: "unit" }, ` ${unit}`)),
        el("dd", { class: "note" }, meaning)))),
    panel.performance
      ? el("dl", { class: "small-figures" }, PERFORMANCE.map(([name, label, unit]) =>
          el("div", {},
            el("dt", {}, label),
            el("dd", {}, el("data", { value: panel.performance[name], "data-field": name }, number(panel.performance[name])), el("span", { class: "unit" }, ` ${unit}`)))))
      : null,
    notes(panel.explanations),
  ];
}

function signals(all) {
  const phase4 = all.phase4_tech;
  const others = OTHERS.map(([group, field, label]) => {
    const why = all[group].explanations.find((text) => text.split(":")[0].split(/ and |, /).includes(field)) ?? "";
    const measured = !why.includes("not a measurement");
    return gauge({ name: `${group}.${field}`, label, value: all[group][field], measured, reason: measured ? "" : "no source is connected" });
  });
  return [
    el("div", { class: "gauges" }, PHASE4.map((signal) =>
      gauge({ ...signal, value: phase4[signal.name], reason: reasonFor(signal.name, phase4) }))),
    el("div", { class: "gauges little" }, others),
    notes(phase4.explanations),
  ];
}

function regime(name) {
  const kind = { "Low-Vol": "good", Normal: "info", "High-Vol": "warn", Crisis: "bad" }[name] ?? "idle";
  const shown = badge(`regime ${kind}`, name, "Regime of the market, by the volatility of SPY over 20 days");
  shown.dataset.field = "regime";
  return shown;
}

function actions(all) {
  // On a narrow page rows become blocks, at which browsers forget what a table is: so the roles are said.
  const headings = ["Ticker", "Action", "Sizing", "Risk controls"];
  return el("table", { role: "table", class: "actions" },
    el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, headings.map((text) => el("th", { role: "columnheader", scope: "col" }, text)))),
    el("tbody", { role: "rowgroup" }, all.map(({ ticker, action, sizing, risk_controls: controls }) =>
      el("tr", { role: "row", "data-ticker": ticker },
        el("th", { role: "rowheader", scope: "row" }, ticker),
        el("td", { role: "cell" }, el("span", { class: `action ${action}` }, el("span", { "aria-hidden": "true" }, ACTIONS[action] ?? ""), ` ${action}`)),
        el("td", { role: "cell" }, sizing),
        el("td", { role: "cell" }, controls)))));
}

function confidence({ overall, drivers }) {
  const bar = el("div", { class: "bar", role: "meter", "aria-label": "Confidence", "aria-valuemin": 0, "aria-valuemax": 1, "aria-valuenow": overall }, el("span"));
  bar.firstElementChild.style.transform = `scaleX(${overall})`;
  return [
    el("p", { class: "figure" }, el("data", { value: overall, "data-field": "overall" }, percent(overall)), el("span", { class: "unit" }, " of the evidence there could be")),
    bar,
    el("ul", { class: "plain note-list" }, drivers.map((text) => el("li", {}, text))),
  ];
}

function sources(all) {
  return el("ul", { class: "plain sources" }, all.map(({ title, url, provider, as_of: asOf }) =>
    el("li", {},
      /^https?:/.test(url) ? el("a", { href: url, rel: "noreferrer" }, title) : el("span", {}, title),
      el("span", { class: "note" }, `${provider} \u00b7 ${utc(asOf)}`))));
}

function notes(texts) {
  return texts.length === 0
    ? null
    : el("details", { class: "notes" }, el("summary", {}, "How this was computed"), el("ul", { class: "plain note-list" }, texts.map((text) => el("li", {}, text))));
}
