/**
 * Show a presence frame: everybody's name up to a hundred, their number above. Whoever can be mentioned is a button.
 * @param person the primary key, as text, of the one who looks; undefined if they are not signed in
 */
export function showPresence(section, { people, count, current }, person) {
  section.hidden = false;
  section.querySelector("[data-count]").textContent = count;
  const template = section.querySelector("[data-entry]");
  showPeople(section.querySelector("[data-people]"), people, (each) => entryOf(template, each, person));
  showStale(section, !current);
}

/** Say whether the list may be out of date. */
export function showStale(section, stale) {
  section.querySelector("[data-stale]").hidden = !stale;
}

/** Entries of people who stay are not touched: one may have the focus, or be pressed right now. */
function showPeople(list, people, create) {
  const keys = people.map((person) => JSON.stringify(person));
  for (const entry of [...list.children]) if (!keys.includes(entry.dataset.key)) entry.remove();
  people.forEach((person, index) => {
    if (list.children[index]?.dataset.key === keys[index]) return;
    const entry = create(person);
    entry.dataset.key = keys[index];
    list.insertBefore(entry, list.children[index] ?? null);
  });
}

function entryOf(template, { id, name, username, badge }, person) {
  const entry = template.content.firstElementChild.cloneNode(true);
  entry.querySelector("bdi").textContent = name;
  if (username && username !== name) entry.querySelector("small").textContent = `@${username}`;
  const mark = entry.querySelector(".badge");
  mark.textContent = mark.dataset[badge] ?? "";
  mark.hidden = !mark.textContent;
  const button = entry.querySelector("button");
  if (!username || String(id) === person) button?.replaceWith(...button.childNodes);
  else if (button) Object.assign(button.dataset, { name, username });
  return entry;
}
