import { readersLocale } from "../../realtime/local-time.js";
import { keepShown } from "./shown.js";

const MINUTE = 60_000;
const RECENT = 60; // minutes for which the newest entry says how long ago it was

/** Between entries of two days the later ones' day, in the reader's zone; at the newest, how long ago it was. */
export class Days {
  #stream;
  #locale = readersLocale();
  #day = new Intl.DateTimeFormat(this.#locale, { weekday: "long", day: "numeric", month: "long" });
  #ago = new Intl.RelativeTimeFormat(this.#locale, { numeric: "auto", style: "short" });

  constructor(stream) {
    this.#stream = stream;
    keepShown(stream, () => this.#show(), MINUTE / 2);
  }

  #show() {
    const entries = [...this.#stream.querySelectorAll("[data-items] > .entry:not(.entry-pinned)")];
    const today = new Date().toDateString();
    let before = today;
    for (const entry of entries) {
      const at = momentOf(entry);
      const day = at?.toDateString() ?? before;
      if (day === before) entry.removeAttribute("data-day");
      else entry.dataset.day = this.#day.format(at);
      before = day;
    }
    for (const time of this.#stream.querySelectorAll("[data-ago]")) time.removeAttribute("data-ago");
    const [newest] = entries;
    const minutes = newest ? Math.floor((Date.now() - momentOf(newest)) / MINUTE) : RECENT;
    if (minutes >= 0 && minutes < RECENT) {
      newest.querySelector(".entry-meta time").dataset.ago = this.#ago.format(-minutes, "minute");
    }
  }
}

function momentOf(entry) {
  const text = entry.querySelector(".entry-meta time")?.getAttribute("datetime");
  return text ? new Date(text) : null;
}
