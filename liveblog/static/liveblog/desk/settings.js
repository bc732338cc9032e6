/** The live blog itself: begun, ended, reopened by a click; its summary, and when it ends by itself, in a small form. */
export class Settings {
  #desk;
  #url;
  #opened = {}; // what the form was filled with

  constructor(desk) {
    this.#desk = desk;
    this.#url = desk.root.dataset.liveblog;
    const details = desk.root.querySelector("[data-settings]");
    const form = details.querySelector("form");
    // As it is now: a colleague may have changed it since the page was made.
    details.addEventListener("toggle", () => {
      const { summary, endsAfter } = desk.root.querySelector("[data-ends-after]").dataset;
      this.#opened = { summary, ends_after: endsAfter };
      for (const [name, value] of Object.entries(this.#opened)) form.elements[name].value = value;
    });
    form.addEventListener("submit", (event) => this.#save(event, form, details));
  }

  /**
   * @param was what it is to be now, or else nothing is changed
   * @returns {Promise<boolean>} whether it is so now
   */
  async set(name, value, was) {
    const fields = was === undefined ? { name, value } : { name, value, was };
    const { status, body } = await this.#desk.requests.post(this.#url, fields);
    const done = status === 200;
    const undo = () => this.set(body.undo.name, body.undo.value, body.undo.was);
    this.#desk.say(done ? { ...body, undo } : { said: body.said ?? this.#desk.root.dataset.failed });
    return done;
  }

  async #save(event, form, details) {
    event.preventDefault();
    for (const [name, was] of Object.entries(this.#opened)) {
      const { value } = form.elements[name];
      if (value !== was && !(await this.set(name, value, was))) return;
      this.#opened[name] = value;
    }
    details.open = false;
  }
}
