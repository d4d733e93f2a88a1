// Asks the service. Addresses are relative to the page, so that it works below any path.

const PATIENCE_MS = 15_000;
const LONGEST_PAUSE_S = 3_600;

/** What the service, or the way to it, says when there is no answer. */
export class Problem extends Error {
  /** `details` is a problem of RFC 9457, `status` 0 where nothing came back. */
  constructor(status, details, retryAfterSeconds = 0) {
    super(details.title);
    this.status = status;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same question will get the same answer. */
  get lasting() {
    return this.status >= 400 && this.status < 429;
  }
}

/**
 * A report: its body, what identifies its content, the Cache-Status header, and the milliseconds until the last byte.
 * Never out of the browser's own cache: what a 304 brings back would carry the metadata of another answer.
 */
export async function readReport({ user, symbols }, fresh, signal) {
  const query = new URLSearchParams({ user_id: user });
  if (symbols !== "") {
    query.set("symbols", symbols);
  }
  if (fresh) {
    query.set("fresh", "true");
  }
  const began = performance.now();
  const { response, body } = await ask(`api/investor-report?${query}`, signal);
  return {
    body,
    tag: response.headers.get("ETag"),
    cacheStatus: response.headers.get("Cache-Status") ?? "",
    roundTripMs: performance.now() - began,
  };
}

/** How the service is. */
export async function readHealth(signal) {
  return (await ask("api/health", signal)).body;
}

/** What the service is. */
export async function readService() {
  return (await ask("./")).body;
}

/**
 * The seconds of a Retry-After header (RFC 9110, 10.2.3), which proxies write as a date, too: 0 where it names none or
 * a time that is over, an hour at most. A timer that is given more, or no number, would not wait at all.
 */
export function secondsOf(retryAfter) {
  const text = (retryAfter ?? "").trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(LONGEST_PAUSE_S, Math.max(0, seconds)) : 0;
}

async function ask(url, signal) {
  const limits = [AbortSignal.timeout(PATIENCE_MS), signal].filter(Boolean);
  let response;
  let body;
  try {
    response = await fetch(url, {
      cache: "no-store",
      headers: { Accept: "application/json" },
      signal: AbortSignal.any(limits),
    });
    body = await response.json();
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new Problem(response?.status ?? 0, unreachable(failure, response));
  }
  if (!response.ok) {
    throw new Problem(response.status, body, secondsOf(response.headers.get("Retry-After")));
  }
  return { response, body };
}

function unreachable(failure, response) {
  if (failure.name === "TimeoutError") {
    return { title: "No answer in time", detail: `The service was silent for ${PATIENCE_MS / 1000} s.` };
  }
  return response
    ? { title: "Unreadable answer", detail: `What answered with status ${response.status} sent no JSON.` }
    : { title: "Service out of reach", detail: "No connection. It is tried again by itself." };
}
