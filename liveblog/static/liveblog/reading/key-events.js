import { elementOf } from "../../realtime/page.js";
import { localTimes } from "../../realtime/local-time.js";

const LONGEST = 90; // characters of an entry without a headline

/** The jump list of key events, [data-key-events]: kept as the items change, newest first, whether they are on the page or not. */
export class KeyEvents {
  #stream;

  constructor(stream) {
    this.#stream = stream;
    stream.addEventListener("changed", ({ detail }) => this.#take(detail));
    stream.addEventListener("click", (event) => this.#jump(event));
  }

  get #list() {
    return this.#stream.querySelector("[data-key-events] ol");
  }

  #take({ items, page }) {
    const fresh = page?.querySelector("[data-key-events] ol");
    // A page of older entries has the same list, but as old as it is: a reset alone brings a newer one.
    if (fresh && Number(page.getAttribute("version")) >= this.#stream.version) {
      this.#list.replaceWith(fresh);
      localTimes(fresh);
    }
    for (const item of items) this.#put(item);
    this.#list.closest("[data-key-events]").hidden = !this.#list.children.length;
  }

  #put({ id, removed, position, html, version }) {
    const known = this.#list.querySelector(`[data-of="${id}"]`);
    if (known && Number(known.dataset.version) > version) return;
    known?.remove();
    const entry = removed ? null : elementOf(html);
    if (!entry?.classList.contains("entry-key")) return;
    const line = document.createElement("li");
    Object.assign(line.dataset, { of: id, position, version });
    const link = document.createElement("a");
    const meta = entry.querySelector(".entry-meta a");
    link.href = meta.href;
    const time = meta.querySelector("time").cloneNode(true);
    const text = entry.querySelector("h2:not(.visually-hidden)") ?? entry.querySelector(".prose");
    const words = text.textContent.trim().replace(/\s+/g, " ");
    const title = document.createElement("span");
    title.dir = "auto";
    title.textContent = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
    link.append(time, " ", title);
    line.append(link);
    localTimes(line);
    const place = [...this.#list.children].find((other) => other.dataset.position < position);
    this.#list.insertBefore(line, place ?? null);
  }

  /** To the entry where it is on this page, or else to its own. */
  #jump(event) {
    const line = event.target.closest("[data-key-events] li");
    const modified = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    const entry = line && document.getElementById(line.dataset.of);
    if (!entry || modified) return;
    event.preventDefault();
    entry.tabIndex = -1;
    entry.focus({ preventScroll: true });
    entry.scrollIntoView({ block: "start" });
  }
}
