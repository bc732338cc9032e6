import { insertion, meant, mentionAt } from "./completion.js";

const PAUSE = 0.15; // seconds without a letter until the room's other people are asked for

/**
 * Mentions of people in the room, without typing them out: a list of those meant follows what is written after an @,
 * first who is here, and whom one presses in the list of people is put where the caret stands.
 *
 * The list is a listbox that the field controls; the focus stays in the field. HTML lets no <textarea> be a combobox,
 * so it has no aria-expanded: the active option says that the list is open.
 */
export class Mentions {
  #field;
  #list;
  #people;
  #timers;
  #find;
  #others = new Map(); // username -> {name, username}: people of the room that were asked for
  #asked = new Set(); // the queries
  #mention = null; // {start, query} of the one that the list is open for
  #dismissed = null; // where the one stands whose list was closed by Escape

  /**
   * @param people the fieldset of buttons, which are whom one can mention of those here: data-name, data-username
   * @param find (query) => Promise of the people in the room, {name, username}, whose names begin like that
   */
  constructor(field, { list, people, timers, find, signal }) {
    this.#field = field;
    this.#list = list;
    this.#people = people;
    this.#timers = timers;
    this.#find = find;
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
    const here = [...this.#people.querySelectorAll("button")].map(({ dataset }) => ({ ...dataset }));
    const away = [...this.#others.values()].filter((other) => !here.some(({ username }) => username === other.username));
    this.#open(mention, meant([...here, ...away], mention.query));
    if (!this.#asked.has(mention.query)) this.#timers.set("mention", PAUSE, () => this.#ask(mention.query));
  }

  async #ask(query) {
    this.#asked.add(query);
    const found = await this.#find(query);
    for (const person of found) this.#others.set(person.username, person);
    if (!found.length || document.activeElement !== this.#field) return;
    this.#mention = null; // follow anew
    this.#follow();
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

function optionOf({ name, username }, id) {
  const option = document.createElement("li");
  option.id = id;
  option.role = "option";
  option.dataset.username = username;
  const [shown, mark] = [document.createElement("bdi"), document.createElement("small")];
  shown.textContent = name;
  mark.dir = "auto";
  mark.textContent = username === name ? "" : `@${username}`;
  option.append(shown, " ", mark);
  return option;
}
