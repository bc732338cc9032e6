const FORGET = 10_000; // milliseconds after which an editor who says no more has stopped
const SAY = 4_000;

/**
 * Who edits which row, by the frames of a connection; and that this page does. It dispatches "change" with the detail
 * {item, names} when the others who edit an item are other ones than before.
 */
export class Editing extends EventTarget {
  #connection;
  #editors = new Map(); // item -> Map of person -> {name, timer}
  #here = new Set(); // what is edited on this page

  /** @param connection () => connection.js's Connection, which may be another one later */
  constructor(connection) {
    super();
    this.#connection = connection;
    setInterval(() => this.#tell(), SAY);
  }

  begin(item) {
    this.#here.add(item);
    this.#tell();
  }

  end(item) {
    this.#here.delete(item);
  }

  /** The names of the others who edit an item. */
  names(item) {
    return [...(this.#editors.get(item)?.values() ?? [])].map(({ name }) => name);
  }

  get items() {
    return this.#editors.keys();
  }

  hear(frame) {
    if (frame.type !== "editing") return;
    const { item, id, name } = frame;
    const editors = this.#editors.get(item) ?? new Map();
    this.#editors.set(item, editors);
    clearTimeout(editors.get(id)?.timer);
    const timer = setTimeout(() => {
      editors.delete(id);
      this.#changed(item);
    }, FORGET);
    const known = editors.has(id);
    editors.set(id, { name, timer });
    if (!known) this.#tell(); // who has just come learns at once that this page is here
    this.#changed(item);
  }

  #tell() {
    for (const item of this.#here) this.#connection()?.send({ type: "editing", item });
  }

  #changed(item) {
    this.dispatchEvent(new CustomEvent("change", { detail: { item, names: this.names(item) } }));
  }
}
