/**
 * What is typed into a form, kept in this browser as it is typed: across reloads, crashes, an expired session. Files
 * can't be kept, and passwords, tokens and hidden fields are not.
 *
 * @param {string} key tells the form from others: of which row it is, for one
 */
export class KeptText {
  #key;
  #form;

  constructor(form, key) {
    this.#form = form;
    this.#key = `kept-text ${key}`;
    form.addEventListener("input", () => this.keep());
  }

  keep() {
    const typed = this.fields();
    const text = Object.values(typed).some((value) => typeof value === "string" && value.trim());
    try {
      if (text) localStorage.setItem(this.#key, JSON.stringify(typed));
      else localStorage.removeItem(this.#key);
    } catch {
      // Storage may be full, or forbidden: then the page alone has it.
    }
  }

  /** Put back what was kept. @returns {boolean} whether there was anything */
  restore() {
    const typed = this.#stored();
    for (const field of typed ? keepable(this.#form) : []) {
      if (!(field.name in typed)) continue;
      if (field.type === "checkbox") field.checked = typed[field.name];
      else field.value = typed[field.name];
    }
    return Boolean(typed);
  }

  forget() {
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // It was not kept either.
    }
  }

  /** What is in the form: text by the names of its fields, and true or false of its boxes. */
  fields() {
    const pairs = keepable(this.#form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
    return Object.fromEntries(pairs);
  }

  #stored() {
    try {
      return JSON.parse(localStorage.getItem(this.#key));
    } catch {
      return null;
    }
  }
}

function keepable(form) {
  const kept = (field) => field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type);
  return [...form.elements].filter(kept);
}
