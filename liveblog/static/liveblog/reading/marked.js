/** The entry whose permalink this page is: marked, whatever becomes of it, and in view from the beginning. */
export function markEntry(stream) {
  const id = stream.getAttribute("marked");
  if (!id) return;
  const mark = () => document.getElementById(id)?.setAttribute("data-marked", "");
  stream.addEventListener("changed", mark);
  mark();
  if (!location.hash && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    document.getElementById(id)?.scrollIntoView({ block: "start" });
  }
}
