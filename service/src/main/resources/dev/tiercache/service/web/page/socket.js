// Keeps a WebSocket open: opens it again after it broke, later each time, and tells what it is doing.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** The service sends a heartbeat after 30 s of silence: two that are missing, and the connection is a dead one. */
const SILENCE_MS = 75_000;
/** As long as a read may take: a way that swallows what is sent says nothing, neither does the browser for minutes. */
const CONNECT_MS = 15_000;
const NORMAL = 1000;

/** How long to wait before the n-th attempt (n from 0): twice as long each time, and up to half of it by chance. */
export function backoff(attempt, random = Math.random) {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return longest * (0.5 + random() / 2);
}

/**
 * One connection at a time. `onState` is given {state, ...}: "connecting", "live", "waiting" with `until` (by
 * performance.now()), `attempt`, and `planned` where the service had said that this connection's time is over,
 * "replaced" when the service closed it for a newer one, "off". `onMessage` is given each message, parsed.
 */
export class LiveSocket {
  #onState;
  #onMessage;
  #url = null;
  #socket = null;
  #attempt = 0;
  #timer;
  #silence;

  constructor(onState, onMessage) {
    this.#onState = onState;
    this.#onMessage = onMessage;
    // Whoever comes back to a page, or to the network, does not wait.
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  /** Connects to an address, relative to the page; null closes. */
  connect(path) {
    const url = path === null ? null : address(path);
    if (url === this.#url && this.#socket !== null) {
      return;
    }
    this.#leave();
    this.#url = url;
    this.#attempt = 0;
    if (url === null) {
      this.#onState({ state: "off" });
    } else {
      this.#open();
    }
  }

  /** Sends an object where there is a connection; else connects at once. */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
    } else if (this.#url !== null) {
      this.#leave();
      this.#open();
    }
  }

  #hurry() {
    if (this.#socket === null && this.#timer !== undefined) {
      this.#leave();
      this.#open();
    }
  }

  #open() {
    this.#onState({ state: "connecting", attempt: this.#attempt });
    const socket = new WebSocket(this.#url);
    let timeout = false;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.#listen();
      const message = JSON.parse(data);
      timeout ||= message.type === "timeout";
      if (message.type === "phase4_update") {
        this.#attempt = 0;
      }
      this.#onMessage(message);
    };
    socket.onopen = () => {
      this.#listen();
      this.#onState({ state: "live" });
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.#socket) {
        return;
      }
      this.#leave();
      if (code === NORMAL && !timeout) {
        // More of this user's pages are open than sockets allowed: connecting again would close another one's.
        this.#onState({ state: "replaced", reason });
      } else {
        this.#wait(code, timeout);
      }
    };
    this.#listen(CONNECT_MS);
  }

  #wait(code, planned = false) {
    const wait = backoff(this.#attempt);
    this.#attempt++;
    this.#onState({ state: "waiting", code, planned, attempt: this.#attempt, until: performance.now() + wait });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#open();
    }, wait);
  }

  #listen(longest = SILENCE_MS) {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#leave();
      this.#wait("silent");
    }, longest);
  }

  #leave() {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#timer = undefined;
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      socket.onmessage = socket.onopen = socket.onclose = null;
      socket.close();
    }
  }
}

function address(path) {
  const url = new URL(path, document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
