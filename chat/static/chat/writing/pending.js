/** Shows the outbox: an <article> for each message that is on its way, below those that are stored. */
export class Pending {
  #list;
  #template;
  #person;
  #elements = new Map(); // by the message's id

  /** @param actions {retry, discard}: (id) => void, for messages that could not be sent */
  constructor(list, template, { person, retry, discard, signal }) {
    this.#list = list;
    this.#template = template;
    this.#person = person;
    const pressed = ({ target }) => {
      const id = target.closest("article")?.dataset.client;
      if (target.closest("[data-retry]")) retry(id);
      if (target.closest("[data-discard]")) discard(id);
    };
    list.addEventListener("click", pressed, { signal });
  }

  get elements() {
    return [...this.#list.children];
  }

  show(entries) {
    const gone = new Set(this.#elements.keys());
    for (const entry of entries) {
      gone.delete(entry.id);
      this.#fill(this.#elements.get(entry.id) ?? this.#make(entry), entry);
    }
    for (const id of gone) {
      this.#elements.get(id).remove();
      this.#elements.delete(id);
    }
  }

  #make({ id, text, time }) {
    const element = this.#template.content.firstElementChild.cloneNode(true);
    Object.assign(element.dataset, { client: id, author: this.#person, time: new Date(time).toISOString() });
    element.querySelector(".message-text").textContent = text;
    this.#elements.set(id, element);
    this.#list.append(element);
    return element;
  }

  #fill(element, { state, detail }) {
    if (element.dataset.state === state) return;
    element.dataset.state = state;
    const line = element.querySelector(".message-state");
    line.textContent = line.dataset[state] ?? "";
    element.querySelector(".message-failed").hidden = state !== "failed";
    element.querySelector("[data-detail]").textContent = detail;
  }
}
