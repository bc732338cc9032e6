import { stored } from "./stored.js";

/**
 * What is typed into a form, kept in this browser as it is typed: across reloads, crashes, an expired session. Files
 * can't be kept, and passwords and tokens are not. With it goes `seen`, what the form was made from: so that what a
 * colleague has saved meanwhile is not overwritten by what was typed before.
 */
export class KeptText {
  #text;
  #form;
  #found; // when the form was opened: typing keeps over it

  /** @param {string} key tells the form from others: of which row it is, for one */
  constructor(form, key) {
    this.#form = form;
    this.#text = textOf(key);
    this.#found = this.#load();
    form.addEventListener("input", () => this.keep());
  }

  static forget(key) {
    textOf(key).save("");
  }

  get exists() {
    return this.#found !== null;
  }

  /** Whether what was kept is something else than what stands in the form. */
  get differs() {
    const now = this.fields();
    return Object.entries(this.#found ?? {}).some(([name, value]) => name !== "seen" && name in now && now[name] !== value);
  }

  keep() {
    const typed = this.fields();
    const hasText = Object.entries(typed).some(([name, value]) => name !== "seen" && typeof value === "string" && value.trim());
    this.#text.save(hasText ? JSON.stringify(typed) : "");
  }

  /** Put back what was kept when the form was opened. @returns {boolean} whether there was anything */
  restore() {
    for (const field of this.#found ? keepable(this.#form) : []) {
      if (!(field.name in this.#found)) continue;
      if (field.type === "checkbox") field.checked = this.#found[field.name];
      else field.value = this.#found[field.name];
    }
    if (this.exists) this.keep();
    return this.exists;
  }

  forget() {
    this.#text.save("");
  }

  /** What is in the form: text by the names of its fields, and true or false of its boxes. */
  fields() {
    const pairs = keepable(this.#form).map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
    return Object.fromEntries(pairs);
  }

  #load() {
    try {
      return JSON.parse(this.#text.load() || "null");
    } catch {
      return null; // it is not ours
    }
  }
}

function textOf(key) {
  return stored("localStorage", `kept-text ${key}`);
}

function keepable(form) {
  const never = ["hidden", "file", "password", "submit", "button"];
  return [...form.elements].filter(({ name, type }) => name && (name === "seen" || !never.includes(type)));
}
