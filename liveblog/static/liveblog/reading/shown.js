/** Show what depends on the stream's items: now, after each change of them, and, if it depends on the clock, every so often. */
export function keepShown(stream, show, every = null) {
  stream.addEventListener("changed", show);
  if (every) setInterval(show, every);
  show();
}
