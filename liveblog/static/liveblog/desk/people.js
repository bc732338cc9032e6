import { Editing } from "../../realtime/editing.js";

/** Who else is at the desk, and who edits what. */
export class People {
  #root;
  #editing;

  constructor(root, stream) {
    this.#root = root;
    this.#editing = new Editing(() => stream.connection);
    this.#editing.addEventListener("change", ({ detail }) => this.#show(detail.item));
    stream.addEventListener("frame", ({ detail }) => this.#hear(detail));
    stream.addEventListener("changed", () => {
      for (const item of this.#editing.items) this.#show(item);
    });
  }

  begin(item) {
    this.#editing.begin(item);
  }

  end(item) {
    this.#editing.end(item);
  }

  #hear(frame) {
    this.#editing.hear(frame);
    if (frame.type !== "presence") return;
    this.#root.querySelector("[data-people]").textContent = frame.people.map(({ name }) => name).join(", ") || frame.count;
  }

  #show(item) {
    const mark = document.getElementById(item)?.querySelector("[data-editing]");
    const names = this.#editing.names(item).join(", ");
    if (mark) mark.textContent = names && this.#root.dataset.editing.replace("{name}", names);
  }
}
