/** Show what a colleague has saved meanwhile, beside what was typed, with a choice for each field. */
export function showConflicts(form, { conflicts, seen }, words) {
  const box = form.querySelector("[data-conflicts]");
  form.elements.seen.value = seen; // saving once more means it
  box.hidden = false;
  box.replaceChildren(paragraph(words.both), ...conflicts.map((conflict) => both(form, box, conflict, words)));
  box.querySelector("button").focus();
}

function both(form, box, { name, label, theirs, yours, value }, words) {
  const section = document.createElement("section");
  section.append(
    Object.assign(document.createElement("h4"), { textContent: label }),
    version(words.theirs, theirs, () => {
      const field = form.elements[name];
      if (field?.type === "checkbox") field.checked = value;
      else if (field) field.value = value;
      settle(section, box);
    }),
    version(words.mine, yours, () => settle(section, box)),
  );
  return section;
}

function version(word, text, choose) {
  const part = document.createElement("div");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: word });
  button.addEventListener("click", choose);
  part.append(Object.assign(document.createElement("blockquote"), { textContent: text, dir: "auto" }), button);
  return part;
}

function settle(section, box) {
  section.remove();
  box.hidden = !box.querySelector("section");
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}
