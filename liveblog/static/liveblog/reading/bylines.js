import { keepShown } from "./shown.js";

/** A byline is said where it changes: an entry by the same people as the one above it carries data-same-byline. */
export function hideSameBylines(stream) {
  keepShown(stream, () => {
    let above = null;
    for (const entry of stream.querySelectorAll("[data-items] > .entry")) {
      const byline = entry.querySelector(".entry-byline")?.textContent ?? null;
      entry.toggleAttribute("data-same-byline", byline !== null && byline === above);
      above = byline;
    }
  });
}
