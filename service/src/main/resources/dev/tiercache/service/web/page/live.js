// Shows the signals that come over the WebSocket, and what the connection is doing.

import { byId, setText } from "./dom.js";
import { millis, span, utc } from "./format.js";
import { gauge } from "./gauges.js";
import { PHASE4, reasonFor } from "./report.js";

export class LiveSignals {
  #user = null;
  #state = { state: "off" };
  #updates = 0;
  #last = null;
  #error = "";
  #broken = false;
  #onChange;

  /** `onChange(kind, text)` is told when the stream breaks and when it is back, not of each attempt between. */
  constructor(onChange) {
    this.#onChange = onChange;
    this.#draw();
  }

  /** Whose signals these are from now on; those of another one are gone. */
  belongTo(user) {
    if (user === this.#user) {
      return;
    }
    this.#user = user;
    this.#last = null;
    this.#updates = 0;
    this.#error = "";
    this.#broken = false;
    setText(byId("live-user"), user === "" ? "" : `portfolio of ${user}`);
    this.#draw();
  }

  stateIs(state) {
    // A connection that ended with its time is no fault: the next one is on its way.
    const lost = state.state === "waiting" && !state.planned;
    if ((lost || state.state === "replaced") && !this.#broken) {
      this.#broken = true;
      this.#onChange("bad", state.state === "replaced" ? "Live signals ended: another page of this user took over" : `Live signals lost (${state.code})`);
    }
    this.#state = state;
    this.tick();
  }

  message(message) {
    if (message.type === "error") {
      this.#error = message.message;
    }
    if (message.type === "phase4_update") {
      this.#error = "";
      this.#updates++;
      this.#last = { data: message.data, at: performance.now() };
      if (this.#broken) {
        this.#broken = false;
        this.#onChange("good", "Live signals are back");
      }
      this.#draw();
    }
    this.tick();
  }

  /** Lets time go on. */
  tick() {
    const { state, until, attempt, planned } = this.#state;
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    const [kind, text] = {
      off: ["idle", "not connected"],
      connecting: ["info", attempt > 0 ? `connecting, attempt ${attempt + 1}` : "connecting"],
      live: ["good", "live"],
      waiting: planned ? ["info", "being renewed"] : ["warn", `lost, again in ${seconds} s`],
      replaced: ["idle", "ended by a newer page"],
    }[state];
    byId("socket").className = `badge ${kind}`;
    byId("socket").dataset.state = state;
    setText(byId("socket"), text);
    setText(byId("live-now"), state === "live" ? "Update now" : "Connect now");
    setText(byId("live-note"), this.#note());
  }

  #note() {
    if (this.#error !== "") {
      return `The service says: ${this.#error}.`;
    }
    if (this.#last === null) {
      return "No update yet.";
    }
    const { data, at } = this.#last;
    const asOf = data.as_of === null ? "" : `, data of ${utc(data.as_of)}`;
    const ago = Math.floor((performance.now() - at) / 1000);
    return `Update ${this.#updates}, ${ago < 1 ? "just now" : `${span(ago)} ago`}${asOf}, computed in ${millis(data.compute_latency_ms)} ms.`;
  }

  #draw() {
    const data = this.#last?.data;
    byId("live-gauges").replaceChildren(
      ...PHASE4.map((signal) =>
        gauge({ ...signal, value: data?.[signal.name] ?? null, reason: data ? reasonFor(signal.name, data) : "" }),
      ),
    );
    byId("live-gauges").dataset.updates = String(this.#updates);
  }
}
