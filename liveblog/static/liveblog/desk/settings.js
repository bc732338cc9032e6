/** The live blog itself: begun, ended, reopened by a click; its summary, and when it ends by itself, in a small form. */
export class Settings {
  #desk;
  #url;

  constructor(desk) {
    this.#desk = desk;
    this.#url = desk.root.dataset.liveblog;
    const details = desk.root.querySelector("[data-settings]");
    const form = details.querySelector("form");
    // As it is now: a colleague may have changed it since the page was made.
    details.addEventListener("toggle", () => {
      const { summary, endsAfter } = desk.root.querySelector("[data-ends-after]").dataset;
      Object.assign(form.elements.summary, { value: summary });
      Object.assign(form.elements.ends_after, { value: endsAfter });
    });
    form.addEventListener("submit", (event) => this.#save(event, form, details));
  }

  /** @returns {Promise<boolean>} whether it is so now */
  async set(name, value) {
    const { status, body } = await this.#desk.requests.post(this.#url, { name, value });
    const done = status === 200;
    const undo = () => this.set(body.undo.name, body.undo.value);
    this.#desk.say(done ? { ...body, undo } : { said: body.said ?? this.#desk.root.dataset.failed });
    return done;
  }

  async #save(event, form, details) {
    event.preventDefault();
    const now = this.#desk.root.querySelector("[data-ends-after]").dataset;
    const wanted = { summary: form.elements.summary.value, ends_after: form.elements.ends_after.value };
    const stored = { summary: now.summary, ends_after: now.endsAfter };
    for (const [name, value] of Object.entries(wanted)) {
      if (value !== stored[name] && !(await this.set(name, value))) return;
    }
    details.open = false;
  }
}
