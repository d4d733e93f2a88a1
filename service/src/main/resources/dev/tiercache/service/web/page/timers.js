// Repeats a task while somebody looks at the page.

/**
 * Runs an asynchronous task again and again, `pause()` milliseconds after its end; not while the page is hidden, where
 * `pause()` is null, or before `start`. Returns functions that run it now and that look at the pause anew.
 */
export function repeating(task, pause) {
  let timer;
  let running = false;

  const plan = () => {
    clearTimeout(timer);
    const wait = pause();
    if (!running && !document.hidden && wait !== null) {
      timer = setTimeout(now, wait);
    }
  };
  const now = async () => {
    clearTimeout(timer);
    if (running) {
      return;
    }
    running = true;
    try {
      await task();
    } finally {
      running = false;
      plan();
    }
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : plan()));
  return { now, plan };
}
