import { insertion, meant, mentionAt } from "./completion.js";

/**
 * Mentions of people who are here, without typing them out: a list of those meant follows what is written after an @,
 * and whom one presses in the list of people is put where the caret stands.
 *
 * The list is a listbox that the field controls; the focus stays in the field. HTML lets no <textarea> be a combobox,
 * so it has no aria-expanded: the active option says that the list is open.
 */
export class Mentions {
  #field;
  #list;
  #people;
  #mention = null; // {start, query} of the one that the list is open for
  #dismissed = null; // where the one stands whose list was closed by Escape

  /** @param people the fieldset of buttons, which are whom one can mention: data-name, data-username */
  constructor(field, { list, people, signal }) {
    this.#field = field;
    this.#list = list;
    this.#people = people;
    const listen = (target, type, handler) => target.addEventListener(type, handler, { signal });
    listen(field, "input", () => this.#follow());
    listen(field, "blur", () => this.#close());
    listen(document, "selectionchange", () => this.#mention && this.#follow());
    listen(list, "mousedown", (event) => event.preventDefault()); // the focus stays, and so does a phone's keyboard
    listen(list, "click", ({ target }) => this.#choose(target.closest("[role=option]")));
    listen(people, "click", ({ target }) => this.#press(target.closest("button")));
  }

  /** Whether one can write. */
  allow(allowed) {
    this.#people.disabled = !allowed;
    if (!allowed) this.#close();
  }

  /** Take a key, if it is for the open list. @returns {boolean} whether it was */
  key(event) {
    if (!this.#mention || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    const options = [...this.#list.children];
    const active = options.findIndex((option) => option.ariaSelected === "true");
    if (event.key === "ArrowDown") this.#activate(options[(active + 1) % options.length]);
    else if (event.key === "ArrowUp") this.#activate(options.at(active - 1));
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(options[active]);
    else if (event.key === "Escape") this.#dismiss();
    else return false;
    event.preventDefault();
    return true;
  }

  /** Have the list show whom the mention at the caret may mean. */
  #follow() {
    const { value, selectionStart, selectionEnd } = this.#field;
    const mention = selectionStart === selectionEnd ? mentionAt(value, selectionStart) : null;
    if (mention?.start !== this.#dismissed) this.#dismissed = null;
    if (!mention || this.#dismissed !== null) return this.#close();
    if (mention.start === this.#mention?.start && mention.query === this.#mention.query) return;
    const buttons = [...this.#people.querySelectorAll("button")];
    const people = buttons.map(({ dataset, childNodes }) => ({ ...dataset, childNodes }));
    this.#open(mention, meant(people, mention.query));
  }

  #open(mention, people) {
    if (!people.length) return this.#close();
    this.#mention = mention;
    this.#list.replaceChildren(...people.map((person, index) => optionOf(person, `${this.#list.id}-${index}`)));
    this.#list.hidden = false;
    this.#activate(this.#list.firstElementChild);
  }

  #close() {
    this.#mention = null;
    this.#list.hidden = true;
    this.#field.removeAttribute("aria-activedescendant");
  }

  #dismiss() {
    this.#dismissed = this.#mention.start;
    this.#close();
  }

  #activate(active) {
    for (const option of this.#list.children) option.ariaSelected = String(option === active);
    this.#field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  #choose(option) {
    if (option) this.#put(option.dataset.username, this.#mention.start, this.#field.selectionEnd);
  }

  #press(button) {
    if (!button) return;
    this.#field.focus();
    this.#put(button.dataset.username, this.#field.selectionStart, this.#field.selectionEnd);
  }

  /** As if it were typed: whoever listens for input hears of it. */
  #put(username, start, last) {
    const { words, end } = insertion(this.#field.value, start, last, username);
    this.#field.setRangeText(words, start, end, "end");
    this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function optionOf({ username, childNodes }, id) {
  const option = document.createElement("li");
  option.id = id;
  option.role = "option";
  option.dataset.username = username;
  option.append(...[...childNodes].map((node) => node.cloneNode(true)));
  return option;
}
