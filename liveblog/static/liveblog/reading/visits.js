import { stored } from "../../realtime/stored.js";
import { keepShown } from "./shown.js";

/** Where a reader was last: above the newest entry of then, a line says that what follows is new; [data-since] has its words. */
export function markVisits(stream) {
  const visit = stored("localStorage", `liveblog visit ${stream.getAttribute("socket")}`);
  const words = stream.querySelector("[data-since-words]")?.dataset.sinceWords;
  const loose = () => [...stream.querySelectorAll("[data-items] > .entry:not(.entry-pinned)")];
  const last = visit.load();
  keepShown(stream, () => {
    for (const entry of stream.querySelectorAll("[data-since]")) entry.removeAttribute("data-since");
    if (!last || !words || stream.getAttribute("order") === "oldest-first") return;
    const entries = loose();
    const seen = entries.findIndex((entry) => entry.dataset.position <= last);
    if (seen > 0) entries[seen].dataset.since = words;
  });
  const leave = () => {
    const newest = loose().map((entry) => entry.dataset.position).sort().at(-1);
    // Never back: a page of older entries is no earlier visit.
    if (newest > visit.load() && document.visibilityState === "hidden") visit.save(newest);
  };
  document.addEventListener("visibilitychange", leave);
}
