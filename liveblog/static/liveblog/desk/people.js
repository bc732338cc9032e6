const FORGET = 10_000; // milliseconds after which an editor who says no more has stopped
const SAY = 4_000;

/** Who else is at the desk, and who edits what. */
export class People {
  #root;
  #stream;
  #editors = new Map(); // item id -> Map of person -> {name, timer}
  #editing = new Set(); // what is edited here

  constructor(root, stream) {
    this.#root = root;
    this.#stream = stream;
    stream.addEventListener("frame", ({ detail }) => this.#hear(detail));
    stream.addEventListener("changed", () => this.#showAll());
    setInterval(() => this.#tell(), SAY);
  }

  begin(entry) {
    this.#editing.add(entry);
    this.#tell();
  }

  end(entry) {
    this.#editing.delete(entry);
  }

  #tell() {
    for (const entry of this.#editing) this.#stream.connection.send({ type: "editing", entry });
  }

  #hear(frame) {
    if (frame.type === "presence") {
      this.#root.querySelector("[data-people]").textContent = frame.people.map(({ name }) => name).join(", ") || frame.count;
    }
    if (frame.type !== "editing") return;
    const editors = this.#editors.get(frame.entry) ?? new Map();
    this.#editors.set(frame.entry, editors);
    clearTimeout(editors.get(frame.id)?.timer);
    const timer = setTimeout(() => {
      editors.delete(frame.id);
      this.#show(frame.entry);
    }, FORGET);
    editors.set(frame.id, { name: frame.name, timer });
    this.#show(frame.entry);
  }

  #showAll() {
    for (const entry of this.#editors.keys()) this.#show(entry);
  }

  #show(entry) {
    const mark = document.getElementById(entry)?.querySelector("[data-editing]");
    const names = [...this.#editors.get(entry).values()].map(({ name }) => name).join(", ");
    if (mark) mark.textContent = names && this.#root.dataset.editing.replace("{name}", names);
  }
}
