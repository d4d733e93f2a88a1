// Shows what the cache does: the way of the last read, its age, the time it has left, hit rates, and the link to Redis.

import { badge, byId, el, setText } from "./dom.js";
import { bytes, clock, millis, percent, span } from "./format.js";
import { hitRate, OUTCOMES, Reads } from "./reads.js";

const LINK = {
  UP: "changes by others reach L1 at once",
  CONNECTING: "not connected yet: L1 and computations answer",
  OPEN: "lost: L1 and computations answer, none waits for Redis",
  RESYNC: "connected again, being checked: L1 and computations answer",
};
const MOST_CHANGES = 30;

export class CacheState {
  #reads = new Reads();
  #answer = null;
  #health = null;
  #healthAt = 0;
  #reachable = null;
  #changes = 0;
  #announce;

  /** `announce` is given one sentence whenever something changed that a listener wants to hear of. */
  constructor(announce) {
    this.#announce = announce;
    byId("reads").replaceChildren(this.#reads.chart());
  }

  /** Another report is read: what is known of the one before counts no more. */
  forget() {
    this.#answer = null;
    this.#drawPath();
    this.#drawBadges();
    this.tick();
  }

  /** A report came. */
  answered({ body: { metadata }, cacheStatus, roundTripMs }) {
    const outcome = metadata.stale ? "stale" : metadata.cache_layer === null ? "miss" : metadata.cache_layer.toLowerCase();
    this.#reads.add(outcome, metadata.response_time_ms);
    this.#answer = {
      metadata,
      bypassed: cacheStatus.includes("ir-l2; fwd=bypass"),
      // The copy is what was left after both other ways had been tried.
      forWantOfBetter: cacheStatus.includes("detail=stale-if-error"),
      at: performance.now(),
      outcome,
    };
    setText(byId("server-time"), millis(metadata.response_time_ms));
    setText(byId("time-note"), `${millis(roundTripMs)} ms there and back · at ${clock(new Date())}`);
    setText(byId("request"), `request ${metadata.request_id}`);
    this.#drawPath();
    this.#drawBadges();
    this.#drawReads();
    this.tick();
  }

  /** No report came. */
  failed(problem) {
    this.#reads.add("error", 0);
    setText(byId("time-note"), `no report: ${problem.message.toLowerCase()} · at ${clock(new Date())}`);
    this.#drawReads();
  }

  /** What the service says of itself; null where it did not answer. */
  healthIs(health) {
    const before = this.#health?.redis.state;
    if (health === null) {
      if (this.#reachable !== false) {
        this.change("bad", "The service does not answer");
      }
      this.#reachable = false;
      this.#drawLink();
      return;
    }
    if (this.#reachable === false) {
      this.change("good", "The service answers again");
    }
    this.#reachable = true;
    this.#health = health;
    this.#healthAt = performance.now();
    const { state, last_error: error } = health.redis;
    if (before !== undefined && before !== state) {
      this.change(state === "UP" ? "good" : "bad", `Redis link ${before} \u2192 ${state}${error === "" ? "" : `: ${error}`}`);
    }
    this.#drawLink();
    this.#drawPath();
    this.#drawBadges();
  }

  /** Lets time go on: ages grow and bars shrink between the reads. */
  tick() {
    this.#drawSince();
    const bar = byId("ttl");
    if (this.#answer === null) {
      setText(byId("age"), "\u2013");
      setText(byId("ttl-note"), "no report yet");
      bar.firstElementChild.style.transform = "scaleX(0)";
      return;
    }
    const { metadata, at, forWantOfBetter } = this.#answer;
    const over = forWantOfBetter ? "its time is over, and no new one could be computed in time" : "its time is over: the next read brings a new one";
    const passed = Math.floor((performance.now() - at) / 1000);
    const left = Math.max(0, metadata.ttl_seconds - passed);
    const whole = metadata.age_seconds + metadata.ttl_seconds;
    const share = whole === 0 ? 0 : Math.min(1, left / whole);
    setText(byId("age"), span(metadata.age_seconds + passed));
    setText(byId("ttl-note"), left > 0 ? `${span(left)} left of ${span(whole)}` : over);
    bar.firstElementChild.style.transform = `scaleX(${share})`;
    bar.dataset.left = share > 0.2 ? "much" : share > 0 ? "little" : "none";
    bar.setAttribute("aria-valuenow", share.toFixed(3));
    bar.setAttribute("aria-valuetext", `${left} of ${whole} seconds`);
  }

  /** Notes a change, with its time, and announces it. */
  change(kind, text) {
    const list = byId("changes");
    list.prepend(el("li", { class: kind }, el("time", {}, clock(new Date())), " ", text));
    if (list.childElementCount > MOST_CHANGES) {
      list.lastElementChild.remove();
    }
    this.#changes++;
    setText(byId("changes-count"), String(this.#changes));
    setText(byId("changes-last"), `· ${clock(new Date())} ${text}`);
    this.#announce(text);
  }

  #drawPath() {
    const link = this.#reachable === false ? null : this.#health?.redis.state;
    const away = link !== undefined && link !== null && link !== "UP";
    const layer = this.#answer === null ? undefined : this.#answer.metadata.cache_layer;
    const failed = this.#answer?.forWantOfBetter;
    const said = {
      undefined: ["\u2013", away ? "away" : "\u2013", "\u2013"],
      L1: [this.#answer?.metadata.stale ? "hit, stale" : "hit", away ? "away" : failed ? "miss" : "not asked", failed ? "failed" : "not needed"],
      L2: ["miss", "hit", "not needed"],
      null: ["miss", this.#answer?.bypassed ? "away, left out" : "miss", "computed"],
    }[String(layer)];
    const hit = { L1: 0, L2: 1, null: 2 }[String(layer)] ?? -1;
    [...byId("path").children].forEach((step, i) => {
      step.classList.toggle("hit", i === hit);
      step.classList.toggle("passed", i < hit);
      step.classList.toggle("away", said[i] === "failed" || (i === 1 && (away || said[1].startsWith("away"))));
      setText(step.querySelector(".what"), said[i]);
    });
  }

  #drawBadges() {
    const metadata = this.#answer?.metadata;
    const shown = [];
    if (metadata?.stale) {
      shown.push(badge("warn", "stale", this.#answer.forWantOfBetter ? "Older than its time to live: no new one could be computed" : "Older than its time to live"));
    }
    if (metadata?.degraded || this.#health?.degraded) {
      shown.push(badge("warn", "degraded", "Redis is not up, or refuses reads or writes"));
    }
    if (metadata?.refreshing) {
      shown.push(badge("info", "refreshing", "A new report is computed behind this answer"));
    }
    if (metadata?.fallback) {
      shown.push(badge("warn", "fallback"));
    }
    if (metadata && !metadata.validated) {
      shown.push(badge("warn", "not validated"));
    }
    if (metadata && shown.length === 0) {
      shown.push(badge("good", "normal"));
    }
    const kinds = shown.map((each) => `${each.textContent} ${each.title}`).join();
    if (byId("badges").dataset.kinds !== kinds) {
      byId("badges").dataset.kinds = kinds;
      byId("badges").replaceChildren(...shown);
    }
  }

  #drawReads() {
    const counts = this.#reads.counts;
    const { hits, answers, rate } = hitRate(counts);
    byId("reads").replaceChildren(this.#reads.chart());
    setText(byId("page-rate"), rate === null ? "\u2013" : percent(rate));
    setText(byId("page-note"), `${hits} of ${answers} reads hit${counts.error === 0 ? "" : `, ${counts.error} failed`}`);
    const parts = Object.keys(OUTCOMES).filter((outcome) => counts[outcome] > 0);
    byId("page-parts").setAttribute("aria-label", parts.map((outcome) => `${counts[outcome]} ${OUTCOMES[outcome]}`).join(", "));
    byId("page-keys").replaceChildren(...parts.map((outcome) => el("span", { class: outcome }, `${OUTCOMES[outcome]} ${counts[outcome]}`)));
    byId("page-parts").replaceChildren(
      ...parts.map((outcome) => {
        const part = el("span", { class: outcome, title: `${OUTCOMES[outcome]}: ${counts[outcome]}` });
        part.style.flexGrow = counts[outcome];
        return part;
      }),
    );
  }

  #drawLink() {
    const state = byId("redis");
    if (this.#reachable === false) {
      state.dataset.state = "unknown";
      setText(state, "unknown");
      setText(byId("redis-since"), "the service does not answer");
      ["redis-means", "redis-error", "l1-size"].forEach((id) => setText(byId(id), ""));
      return;
    }
    const { redis, requests, l1 } = this.#health;
    state.dataset.state = redis.state;
    setText(state, redis.state);
    this.#drawSince();
    const waiting = redis.writes_waiting > 0 ? `${redis.writes_waiting} to be written later` : "";
    setText(byId("redis-error"), [redis.last_error === "" ? "" : `last error: ${redis.last_error}`, waiting].filter(Boolean).join(" · "));
    setText(byId("l1-size"), `L1: ${l1.entries} ${l1.entries === 1 ? "report" : "reports"}, ${bytes(l1.bytes)} of ${bytes(l1.max_bytes)}`);
    const { rate, answers } = hitRate(requests);
    setText(byId("instance-rate"), rate === null ? "instance: no reads yet" : `instance: ${percent(rate)} of ${answers.toLocaleString("en-US")}`);
  }

  #drawSince() {
    if (!this.#reachable) {
      return;
    }
    const { redis, timestamp } = this.#health;
    // By the service's clock, which need not be that of this computer.
    const ago = (Date.parse(timestamp) - Date.parse(redis.since) + performance.now() - this.#healthAt) / 1000;
    const role = redis.role === "" ? "" : ` · ${redis.role}`;
    setText(byId("redis-since"), `for ${span(ago)}${role}`);
    setText(byId("redis-means"), LINK[redis.state] ?? "");
  }
}
