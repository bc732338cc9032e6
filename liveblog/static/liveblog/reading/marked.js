import { keepShown } from "./shown.js";

/** The entry whose permalink this page is: marked, whatever becomes of it, and in view from the beginning. */
export function markEntry(stream) {
  const id = stream.getAttribute("marked");
  if (!id) return;
  keepShown(stream, () => document.getElementById(id)?.setAttribute("data-marked", ""));
  if (!location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    document.getElementById(id)?.scrollIntoView({ block: "start" });
  }
}
