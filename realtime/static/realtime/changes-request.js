import { fetchText } from "./environment.js";
import { parseFrame } from "./frames.js";

// Terminal close codes are 4000 + these. Others, 429 and 5xx above all, may pass.
const TERMINAL = new Set([401, 403, 404, 410]);

/** Asks the changes URL what came after a version, one question at a time. */
export class ChangesRequest {
  #url;
  #environment;
  #controller = null;

  /** @param {string|null} url without one, every question fails */
  constructor(url, environment) {
    this.#url = url;
    this.#environment = environment;
  }

  /**
   * Ask, and give the answer to `then`: {frame}, or {code} (a terminal close code), or {} if there was none.
   * A callback, not a promise: after cancel() or another ask() nothing more is heard of this one.
   */
  ask(after, then) {
    this.cancel();
    const controller = new AbortController();
    this.#controller = controller;
    this.#fetch(after, controller.signal).then((answer) => {
      if (this.#controller !== controller) return;
      this.#controller = null;
      then(answer);
    });
  }

  cancel() {
    this.#controller?.abort();
    this.#controller = null;
  }

  async #fetch(after, signal) {
    if (!this.#url) return {};
    try {
      const url = new URL(this.#url, this.#environment.location.href);
      url.searchParams.set("after", after);
      const { ok, status, text } = await fetchText(this.#environment, url.href, { signal });
      if (TERMINAL.has(status)) return { code: 4000 + status };
      const frame = ok ? parseFrame(text) : null;
      return frame?.type === "changes" || frame?.type === "reset" ? { frame } : {};
    } catch {
      return {};
    }
  }
}
