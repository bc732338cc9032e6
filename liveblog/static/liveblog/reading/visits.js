/** Where a reader was last: above the newest entry of then, a line says that what follows is new; [data-since] has its words. */
export function markVisits(stream) {
  const key = `liveblog visit ${stream.getAttribute("socket")}`;
  const words = stream.querySelector("[data-since-words]")?.dataset.sinceWords;
  const loose = () => [...stream.querySelectorAll("[data-items] > .entry:not(.entry-pinned)")];
  const last = read(key);
  const mark = () => {
    for (const entry of stream.querySelectorAll("[data-since]")) entry.removeAttribute("data-since");
    if (!last || !words || stream.getAttribute("order") === "oldest-first") return;
    const entries = loose();
    const seen = entries.findIndex((entry) => entry.dataset.position <= last);
    if (seen > 0) entries[seen].dataset.since = words;
  };
  stream.addEventListener("changed", mark);
  mark();
  const leave = () => {
    const newest = loose().map((entry) => entry.dataset.position).sort().at(-1);
    if (newest && document.visibilityState === "hidden") write(key, newest);
  };
  document.addEventListener("visibilitychange", leave);
}

function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // forbidden
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Then no line is drawn next time.
  }
}
