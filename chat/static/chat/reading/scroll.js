const END = 48; // pixels from the end that still count as being there
const TOP = 300; // pixels from the top at which older messages are fetched

/**
 * The scrolling box: it stays at the newest message if it is there, and otherwise where the reader is, whatever
 * comes or goes. The browser's own anchoring is switched off: not all have it, and it rests at the very top.
 */
export class Scroll {
  /** Whether the newest message is in view. */
  atEnd = true;

  #box;
  #anchors = []; // the elements in view before a change, and where they stood

  /** @param moved () => void, after every scroll; @param older () => void, when the reader nears the top */
  constructor(box, { moved, older, signal }) {
    this.#box = box;
    box.style.overflowAnchor = "none";
    let byHand = false; // older messages are for readers who scroll, not for a page that happens to stand at the top
    for (const type of ["wheel", "touchmove", "keydown"]) {
      box.addEventListener(type, () => (byHand = true), { signal, passive: true });
    }
    const scrolled = () => {
      this.#look();
      if (byHand && box.scrollTop < TOP) older();
      moved();
    };
    box.addEventListener("scroll", scrolled, { signal, passive: true });
    // A keyboard that opens, a composer that grows: the end stays the end.
    const observer = new ResizeObserver(() => this.atEnd && this.toEnd());
    observer.observe(box);
    signal.addEventListener("abort", () => observer.disconnect());
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    this.atEnd = true;
  }

  /** Bring an element to a third of the height. */
  to(element) {
    this.#box.scrollTop += this.#topOf(element) - this.#box.clientHeight / 3;
    this.#look();
  }

  /** Bring an element back that has gone out of the top. */
  back(element) {
    if (this.#topOf(element) < 0) this.to(element);
  }

  /** Before a change of what is in the box. */
  before() {
    if (this.atEnd) return;
    const items = [...this.#box.querySelectorAll("[id][data-version]")];
    const places = items.map((element) => ({ id: element.id, top: this.#topOf(element), height: element.offsetHeight }));
    this.#anchors = places.filter(({ top, height }) => top + height > 0 && top < this.#box.clientHeight);
  }

  /** After it. */
  after() {
    if (this.atEnd) return this.toEnd();
    for (const { id, top } of this.#anchors) {
      const element = document.getElementById(id);
      if (!element) continue; // it went in the change: the next one in view holds the place
      this.#box.scrollTop += this.#topOf(element) - top;
      break;
    }
    this.#look();
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#box;
    this.atEnd = scrollHeight - scrollTop - clientHeight < END;
  }

  #topOf(element) {
    return element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
  }
}
