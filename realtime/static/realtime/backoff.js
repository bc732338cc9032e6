/**
 * Exponential backoff with full jitter: a wait is anything from 0 to a bound, which doubles from `base`
 * to `cap` seconds. Full jitter, because readers who lost the same server must not come back to it in step.
 */
export class Backoff {
  #random;
  #base;
  #cap;
  #failures = 0;

  constructor(random, { base = 0.5, cap = 30 } = {}) {
    this.#random = random;
    this.#base = base;
    this.#cap = cap;
  }

  /** The seconds to wait after one more failure, spread over at least `width` seconds. */
  next(width = 0) {
    const ceiling = Math.min(this.#cap, this.#base * 2 ** this.#failures++);
    return this.#random() * Math.max(width, ceiling);
  }

  /** Start over: the last attempt was a success. */
  reset() {
    this.#failures = 0;
  }
}

/** `seconds`, a quarter more or less: for things done again and again by many. */
export function around(seconds, random) {
  return seconds * (0.75 + random() / 2);
}
