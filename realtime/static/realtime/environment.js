/**
 * The world outside the client: clock, timers, network, page events. Tests hand in their own.
 * Everything is looked up when it is used, because some of it does not exist when a module is loaded in Node.
 */
export const browser = {
  open: (url) => new WebSocket(url),
  fetch: (...request) => fetch(...request),
  setTimeout: (action, milliseconds) => setTimeout(action, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
  // The wall clock, not performance.now(): the time a laptop slept has to count.
  now: () => Date.now(),
  random: () => Math.random(),
  get window() {
    return globalThis;
  },
  get document() {
    return globalThis.document;
  },
  get location() {
    return globalThis.location;
  },
  get visible() {
    return globalThis.document.visibilityState !== "hidden";
  },
  get online() {
    return globalThis.navigator.onLine !== false;
  },
};

/** Timers by name: setting one replaces the one of that name, so none can be left running unseen. */
export class Timers {
  #environment;
  #running = new Map();

  constructor(environment) {
    this.#environment = environment;
  }

  /** Run `action` in `seconds`. */
  set(name, seconds, action) {
    this.clear(name);
    const fire = () => {
      this.#running.delete(name);
      action();
    };
    this.#running.set(name, this.#environment.setTimeout(fire, seconds * 1000));
  }

  has(name) {
    return this.#running.has(name);
  }

  /** Stop the named timers, or all of them. */
  clear(...names) {
    for (const name of names.length ? names : [...this.#running.keys()]) {
      this.#environment.clearTimeout(this.#running.get(name));
      this.#running.delete(name);
    }
  }
}

const FETCH_SECONDS = 15;

/**
 * fetch() that cannot hang: the whole body arrives within 15 s or the promise is rejected.
 * @returns {Promise<{ok: boolean, status: number, text: string}>}
 */
export async function fetchText(environment, url, { signal, ...init } = {}) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const timer = environment.setTimeout(abort, FETCH_SECONDS * 1000);
  try {
    const response = await environment.fetch(url, { ...init, signal: controller.signal });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } finally {
    environment.clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
