// Draws one signal as a half circle: from the middle to its value, to the right where it is positive.

import { el, svg } from "./dom.js";
import { signed } from "./format.js";

const RADIUS = 46;
const CENTRE = { x: 60, y: 56 };

/**
 * A gauge. `signal` has `name` (as in the API), `label`, `value` (null: unavailable), `limit` (the scale is -limit to
 * limit), `unit` (what the number is, in words), `reason` (why there is no value, or none that was measured) and
 * `measured`.
 */
export function gauge({ name, label, value, limit = 1, unit = "", reason = "", measured = true }) {
  const there = value !== null && value !== undefined;
  const shown = there ? Number(value.toFixed(2)) : 0;
  const kind = !there || !measured ? "idle" : shown > 0 ? "up" : shown < 0 ? "down" : "zero";
  const scale = {
    role: "meter",
    "aria-label": label,
    "aria-valuemin": -limit,
    "aria-valuemax": limit,
    "aria-valuenow": there ? clamp(value, limit) : 0,
    "aria-valuetext": there ? `${signed(value)} ${unit}`.trim() : "unavailable",
  };
  return el(
    "div",
    { class: `gauge ${kind}`, "data-signal": name },
    el("div", there ? scale : {}, dial(there && measured ? value : null, limit)),
    el("p", { class: "figure" }, there ? el("data", { value, "data-field": name }, signed(value)) : el("span", { "data-field": name }, "n/a")),
    el("p", { class: "name" }, label, unit === "" ? null : el("span", { class: "unit" }, ` ${unit}`)),
    reason === "" ? null : el("p", { class: "why" }, reason),
  );
}

function dial(value, limit) {
  const parts = [svg("path", { class: "track", d: arc(-1, 1) })];
  parts.push(svg("path", { class: "middle", d: `M ${CENTRE.x} 4 V 16` }));
  for (const [share, text] of [[-1, `\u2212${limit}`], [1, `+${limit}`]]) {
    parts.push(svg("text", { x: point(share).x, y: 70 }, text));
  }
  if (value !== null) {
    const share = clamp(value, limit) / limit;
    if (Math.abs(share) > 0.005) {
      parts.push(svg("path", { class: "value", d: share > 0 ? arc(0, share) : arc(share, 0) }));
    }
    const { x, y } = point(share);
    parts.push(svg("circle", { class: "mark", cx: x, cy: y, r: 5 }));
  }
  return svg("svg", { viewBox: "0 0 120 74", "aria-hidden": "true", focusable: "false" }, ...parts);
}

/** The arc from one share of the scale, -1 to 1, to a greater one. */
function arc(from, to) {
  const a = point(from);
  const b = point(to);
  return `M ${a.x} ${a.y} A ${RADIUS} ${RADIUS} 0 0 1 ${b.x} ${b.y}`;
}

function point(share) {
  const angle = (Math.PI / 2) * (1 - share);
  return {
    x: Number((CENTRE.x + RADIUS * Math.cos(angle)).toFixed(2)),
    y: Number((CENTRE.y - RADIUS * Math.sin(angle)).toFixed(2)),
  };
}

function clamp(value, limit) {
  return Math.max(-limit, Math.min(limit, value));
}
