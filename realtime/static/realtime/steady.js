const TOP = 2; // pixels: nearer to it than this, a reader is at the very top
const IDLE = 2000; // milliseconds without a key, a wheel or a finger

/**
 * What is being read stays where it stands, whatever comes, goes or changes height above it: to be made of a
 * <live-stream steady>, after all that adds to its items. The browser's own anchoring is switched off there (site.css):
 * not all browsers have it, and it rests at the very top.
 *
 * At the very top, and idle, nothing is held: there one sees what comes.
 */
export class Steady {
  #stream;
  #touched = -Infinity;
  #anchors = null; // what was in view before a change: {id, position, top}; null where nothing is held
  #heights = new WeakMap(); // of the items, as they were seen last
  #observer = new ResizeObserver((entries) => this.#resized(entries));

  constructor(stream) {
    this.#stream = stream;
    for (const type of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(type, () => (this.#touched = Date.now()), { passive: true });
    }
    stream.addEventListener("changing", () => this.#before());
    stream.addEventListener("changed", () => this.#after());
    this.#observe();
  }

  get #holds() {
    const idle = Date.now() - this.#touched > IDLE && document.getSelection().isCollapsed;
    return scrollY > TOP || !idle;
  }

  get #items() {
    return [...this.#stream.querySelectorAll("[data-items] > [id][data-version]")];
  }

  #before() {
    this.#anchors = this.#holds ? this.#inView() : null;
  }

  /** Those that begin in view come first, as they are read. */
  #inView() {
    const places = this.#items.map((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return { id: element.id, position: element.dataset.position, top, bottom };
    });
    const seen = places.filter(({ top, bottom }) => bottom > 0 && top < innerHeight);
    return [...seen.filter(({ top }) => top >= 0), ...seen.filter(({ top }) => top < 0)];
  }

  #after() {
    for (const { id, position, top } of this.#anchors ?? []) {
      const element = document.getElementById(id);
      if (!element || element.dataset.position !== position) continue; // it went, or went elsewhere: the next one holds
      this.#scroll(element.getBoundingClientRect().top - top);
      break;
    }
    this.#anchors = null;
    this.#observe();
  }

  /** What has changed by now is made up for; what is late is still to come. */
  #observe() {
    for (const item of this.#items) {
      if (!this.#heights.has(item)) this.#observer.observe(item);
      this.#heights.set(item, item.getBoundingClientRect().height);
    }
  }

  /** A late picture, a font, a phone that was turned: what is above the view takes another height. */
  #resized(entries) {
    let more = 0;
    for (const { target, borderBoxSize } of entries) {
      const height = borderBoxSize[0].blockSize;
      const was = this.#heights.get(target);
      this.#heights.set(target, height);
      if (target.getBoundingClientRect().top < 0) more += height - (was ?? height);
    }
    if (this.#holds) this.#scroll(more);
  }

  #scroll(pixels) {
    if (Math.abs(pixels) >= 0.5) scrollBy({ top: pixels, behavior: "instant" });
  }
}
