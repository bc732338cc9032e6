import { clock, readersLocale } from "../../realtime/local-time.js";
import { keepShown } from "./shown.js";

const MINUTE = 60_000;

/** Beside the state of the connection: when the live blog was updated last, started, starts or ended; [data-facts]. */
export class Facts {
  #stream;
  #until = new Intl.RelativeTimeFormat(readersLocale(), { numeric: "always", style: "short" });

  constructor(stream) {
    this.#stream = stream;
    keepShown(stream, () => this.#show(), MINUTE / 2);
  }

  #show() {
    const element = this.#stream.querySelector("[data-facts]");
    const header = this.#stream.querySelector(".liveblog");
    if (!element || !header) return;
    const { updated, started, starts, ended } = element.dataset;
    const { state, starts: startsAt, ended: endedAt } = header.dataset;
    const said = {
      live: () => [this.#updated && fact(updated, this.#updated), fact(started, startsAt)],
      upcoming: () => [`${fact(starts, startsAt)}${this.#countdown(startsAt)}`],
      ended: () => [fact(started, startsAt), endedAt && fact(ended, endedAt)],
    };
    element.textContent = said[state]().filter(Boolean).join(" · ");
  }

  get #updated() {
    const times = [...this.#stream.querySelectorAll("[data-items] > .entry time[datetime]")];
    return times.map((time) => time.getAttribute("datetime")).sort().at(-1);
  }

  #countdown(at) {
    const minutes = Math.ceil((new Date(at) - Date.now()) / MINUTE);
    if (minutes <= 0) return "";
    const [value, unit] = minutes < 90 ? [minutes, "minute"] : minutes < 48 * 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
    return ` (${this.#until.format(value, unit)})`;
  }
}

function fact(words, at) {
  return words.replace("{time}", clock(new Date(at)));
}
