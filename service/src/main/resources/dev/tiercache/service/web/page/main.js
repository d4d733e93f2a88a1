// Puts the page together: what is chosen, what is read when, and who is told.

import { Problem, readHealth, readReport, readService } from "./api.js";
import { CacheState } from "./cache-state.js";
import { byId, el, setText } from "./dom.js";
import { LiveSignals } from "./live.js";
import { hideReport, showReport } from "./report.js";
import { LiveSocket } from "./socket.js";
import { repeating } from "./timers.js";

const HEALTH_EVERY_MS = 2_000;
const SOON_MS = 1_000;
const USER = /^[A-Za-z0-9_.@-]{1,64}$/;
const FIELDS = { user_id: "user", symbols: "symbols" };

let choice = choiceOf(location.search);
let shownTag = null;
let current = new AbortController();
let nextReadMs = null;
/** Whether the report that "Compute anew" asked for is still to come. */
let awaitingFresh = false;

const cache = new CacheState(announce);
const live = new LiveSignals((kind, text) => cache.change(kind, text));
const socket = new LiveSocket((state) => live.stateIs(state), (message) => live.message(message));
const reads = repeating(() => read(false), () => nextReadMs);
const health = repeating(checkHealth, () => HEALTH_EVERY_MS);

byId("choice").addEventListener("submit", (event) => {
  event.preventDefault();
  const next = choiceOf(new URLSearchParams(new FormData(event.target)));
  if (queryOf(next) === queryOf(choice)) {
    read(false, true);
  } else {
    choose(next, true);
  }
});
byId("every").addEventListener("change", () => {
  choice.every = Number(byId("every").value);
  history.replaceState(null, "", queryOf(choice));
  readAgainIn(pauseBetweenReads());
});
byId("fresh").addEventListener("click", () => read(true));
byId("live-now").addEventListener("click", () => socket.send({ type: "refresh" }));
addEventListener("popstate", () => {
  const next = choiceOf(location.search);
  // A link within the page is no other choice.
  if (queryOf(next) !== queryOf(choice)) {
    choose(next, false);
  }
});
setInterval(() => {
  cache.tick();
  live.tick();
}, 500);

choose(choice, false);
health.now();
readService().then((service) => setText(byId("version"), `version ${service.version}`), () => {});

/** Shows another user's or other symbols' report. */
function choose(next, remember) {
  choice = next;
  byId("user").value = choice.user;
  byId("symbols").value = choice.symbols;
  byId("every").value = String(choice.every);
  document.title = `${choice.user} ${choice.symbols} · Investor report`;
  if (remember) {
    history.pushState(null, "", queryOf(choice));
  }
  shownTag = null;
  awaitingFresh = false;
  hideReport();
  hideProblem();
  cache.forget();
  live.belongTo(choice.user);
  socket.connect(USER.test(choice.user) ? `ws/phase4-metrics/${encodeURIComponent(choice.user)}` : null);
  read(false, true);
}

/** Reads the report that is chosen; an answer to an earlier question is dropped. */
async function read(fresh, first = false) {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  awaitingFresh ||= fresh;
  readAgainIn(null);
  byId("main").setAttribute("aria-busy", "true");
  try {
    const answer = await readReport(choice, fresh, signal);
    hideProblem();
    cache.answered(answer);
    if (answer.tag !== shownTag) {
      showReport(answer.body);
      shownTag = answer.tag;
    }
    if (first) {
      announce(`Report on ${answer.body.universe.join(", ")} is shown`);
    }
    const { refreshing } = answer.body.metadata;
    awaitingFresh &&= refreshing;
    const soon = refreshing && (awaitingFresh || choice.every > 0);
    readAgainIn(soon ? SOON_MS : pauseBetweenReads());
  } catch (failure) {
    if (signal.aborted) {
      return;
    }
    if (!(failure instanceof Problem)) {
      throw failure;
    }
    cache.failed(failure);
    showProblem(failure);
    // A question that is wrong stays wrong.
    const pause = failure.lasting ? null : pauseBetweenReads();
    readAgainIn(pause === null ? null : Math.max(pause, 1000 * failure.retryAfterSeconds));
  }
  byId("main").removeAttribute("aria-busy");
}

function readAgainIn(millis) {
  nextReadMs = millis;
  reads.plan();
}

async function checkHealth() {
  try {
    cache.healthIs(await readHealth());
  } catch (failure) {
    if (!(failure instanceof Problem)) {
      throw failure;
    }
    cache.healthIs(null);
  }
}

function pauseBetweenReads() {
  return choice.every > 0 ? choice.every * 1000 : null;
}

/** What a query string chooses. */
function choiceOf(query) {
  const given = new URLSearchParams(query);
  const every = given.get("every");
  const offered = [...byId("every").options].map((option) => option.value);
  return {
    user: (given.get("user_id") ?? "demo").trim(),
    symbols: (given.get("symbols") ?? "").trim(),
    every: Number(offered.includes(every) ? every : 15),
  };
}

function queryOf({ user, symbols, every }) {
  const query = new URLSearchParams({ user_id: user, symbols, every });
  return `?${query.toString().replaceAll("%2C", ",")}`;
}

function showProblem({ status, details }) {
  const errors = details.errors ?? [];
  const facts = errors.map(({ parameter, value, expected }) =>
    el("li", { id: `problem-${parameter}` }, el("b", {}, parameter), value === undefined ? null : [" ", el("code", {}, value)], `: ${expected}`));
  if (details.symbols) {
    facts.push(el("li", {}, `No data for ${details.symbols.join(", ")}.`));
  }
  const note = [`status ${status}`, `request ${details.request_id}`, "below is the last report that came"];
  const holds = [status > 0, details.request_id, shownTag !== null];
  byId("problem").replaceChildren(
    el("h2", { id: "problem-title" }, details.title ?? "No report"),
    el("p", {}, details.detail ?? ""),
    el("ul", {}, facts),
    el("p", { class: "note" }, note.filter((_, i) => holds[i]).join(" \u00b7 ")),
  );
  byId("problem").hidden = false;
  for (const [parameter, id] of Object.entries(FIELDS)) {
    if (errors.some((error) => error.parameter === parameter)) {
      byId(id).setAttribute("aria-invalid", "true");
      byId(id).setAttribute("aria-describedby", `problem-${parameter}`);
    }
  }
  announce(`No report. ${details.title}. ${details.detail} ${facts.map((fact) => fact.textContent).join(". ")}`);
}

function hideProblem() {
  byId("problem").hidden = true;
  for (const id of Object.values(FIELDS)) {
    byId(id).removeAttribute("aria-invalid");
    byId(id).removeAttribute("aria-describedby");
  }
}

/** Says a sentence to whoever listens to the page instead of looking at it. */
function announce(text) {
  setText(byId("announcements"), text);
}
