// Remembers the reads of this page and draws the last of them: how long each took, and where it came from.

import { el, svg } from "./dom.js";
import { millis } from "./format.js";

const SHOWN = 48;
const HEIGHT = 44;
const SLOT = 5;
/** The scale: a logarithm, from a hundredth of a millisecond to ten seconds. */
const [LEAST, MOST] = [0.01, 10_000];

export const OUTCOMES = {
  l1: "L1",
  l2: "L2",
  stale: "stale",
  miss: "computed",
  error: "error",
};

export class Reads {
  #last = [];
  #counts = { l1: 0, l2: 0, stale: 0, miss: 0, error: 0 };

  add(outcome, ms) {
    this.#counts[outcome]++;
    this.#last.push({ outcome, ms });
    if (this.#last.length > SHOWN) {
      this.#last.shift();
    }
  }

  get counts() {
    return this.#counts;
  }

  /** The last reads as bars, newest on the right. */
  chart() {
    const width = SHOWN * SLOT;
    const bars = this.#last.map(({ outcome, ms }, i) => {
      const height = outcome === "error" ? HEIGHT : Math.max(2, HEIGHT * share(ms));
      const x = width - (this.#last.length - i) * SLOT;
      return svg("rect", { class: outcome, x, y: HEIGHT - height, width: SLOT - 1.5, height, rx: 1 });
    });
    const lines = [1, 100].map((ms) => {
      const y = HEIGHT * (1 - share(ms));
      return svg("path", { class: "line", d: `M 0 ${y} H ${width}` });
    });
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, ...lines, ...bars);
    return el(
      "div",
      { class: "strip", role: "img", "aria-label": `The last reads: ${this.#told()}` },
      el("div", { class: "scale", "aria-hidden": "true" }, el("span", {}, "100 ms"), el("span", {}, "1 ms")),
      drawing,
    );
  }

  #told() {
    const last = this.#last.at(-1);
    const parts = Object.entries(OUTCOMES)
      .map(([outcome, name]) => [this.#last.filter((read) => read.outcome === outcome).length, name])
      .filter(([count]) => count > 0)
      .map(([count, name]) => `${count} ${name}`);
    return last ? `${parts.join(", ")}; the newest took ${millis(last.ms)} ms` : "none yet";
  }
}

/** Hits and all answers of counts by outcome; what failed is neither. */
export function hitRate({ l1, l2, stale, miss }) {
  const hits = l1 + l2 + stale;
  return { hits, answers: hits + miss, rate: hits + miss === 0 ? null : hits / (hits + miss) };
}

function share(ms) {
  return Math.log(Math.min(MOST, Math.max(LEAST, ms)) / LEAST) / Math.log(MOST / LEAST);
}
