/**
 * Show what a colleague has saved meanwhile, beside what was typed, with a choice for each field.
 * @param answer {conflicts, seen, by}
 * @param take (name, value) => void: puts theirs into the form
 */
export function showConflicts(form, { conflicts, seen, by }, words, take) {
  const box = form.querySelector("[data-conflicts]");
  form.elements.seen.value = seen; // saving once more means it
  box.hidden = false;
  box.replaceChildren(paragraph(words.both), ...conflicts.map((conflict) => both(form, box, conflict, { ...words, by }, take)));
  box.querySelector("button").focus();
}

function both(form, box, { name, label, theirs, yours, value }, words, take) {
  const section = document.createElement("section");
  section.append(
    Object.assign(document.createElement("h2"), { textContent: label }),
    version(words.by, theirs, words.theirs, () => {
      take(name, value);
      settle(form, section, box);
    }),
    version(words.yours, yours, words.mine, () => settle(form, section, box)),
  );
  return section;
}

function version(whose, text, word, choose) {
  const part = document.createElement("div");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: word });
  button.addEventListener("click", choose);
  part.append(paragraph(whose), Object.assign(document.createElement("blockquote"), { textContent: text, dir: "auto" }), button);
  return part;
}

/** On to the next choice, or to saving. */
function settle(form, section, box) {
  section.remove();
  box.hidden = !box.querySelector("section");
  (box.querySelector("section button") ?? form.querySelector('[data-state=""]')).focus();
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
