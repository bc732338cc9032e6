/** Show a presence frame: everybody's name up to a hundred, their number above. */
export function showPresence(section, { people, count, current }) {
  section.hidden = false;
  section.querySelector("[data-count]").textContent = count;
  section.querySelector("[data-people]").replaceChildren(...people.map(({ name }) => entryOf(name)));
  showStale(section, !current);
}

/** Say whether the list may be out of date. */
export function showStale(section, stale) {
  section.querySelector("[data-stale]").hidden = !stale;
}

function entryOf(name) {
  const entry = document.createElement("li");
  const isolated = document.createElement("bdi");
  isolated.textContent = name;
  entry.append(isolated);
  return entry;
}
