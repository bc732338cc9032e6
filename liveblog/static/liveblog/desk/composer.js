import { KeptText } from "../../realtime/kept-text.js";
import { uuid } from "../../realtime/uuid.js";
import { showConflicts } from "./conflicts.js";
import { Picture } from "./picture.js";
import { Preview } from "./preview.js";

/**
 * A form in which an entry is written, or edited. What is typed is kept in the browser until the server has it.
 *
 * It dispatches "stored" with the server's answer, and "cancelled".
 */
export class Composer extends EventTarget {
  #form;
  #desk;
  #kept;
  #picture;
  #sending = 0;

  /**
   * @param form its <form>, whose action is where it goes
   * @param desk {root, requests, say}
   * @param edited undefined, or {key, fields} of the entry that is edited
   */
  constructor(form, desk, edited) {
    super();
    this.#form = form;
    this.#desk = desk;
    this.#picture = new Picture(form);
    this.#kept = new KeptText(form, edited ? `entry ${edited.key}` : `desk ${desk.root.dataset.entries}`);
    for (const element of form.querySelectorAll("[data-of-edit]")) element.hidden = !edited;
    if (edited) this.#fill(edited.fields);
    else form.elements.once.value = uuid();
    this.#kept.restore();
    if (desk.root.querySelector("[data-preview-pane]") && !edited) new Preview(form, desk);
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("keydown", (event) => this.#key(event));
    form.querySelector("[data-schedule]").addEventListener("click", (event) => this.#toggleSchedule(event.currentTarget));
    form.querySelector("[data-cancel]").addEventListener("click", () => this.#cancel());
  }

  get unsent() {
    const typed = this.#kept.fields();
    return this.#sending > 0 || Boolean(typed.headline?.trim() || typed.body?.trim());
  }

  focus() {
    this.#form.elements.body.focus();
  }

  #fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.#form.elements[name];
      if (name === "image") this.#picture.show(value);
      else if (field?.type === "checkbox") field.checked = value;
      else if (field && name !== "state") field.value = value;
    }
    const { state } = fields;
    this.#form.querySelector("[data-state=published]").hidden = state === "published";
    this.#form.querySelector("[data-state=draft]").hidden = state !== "scheduled" && state !== "draft";
    this.#form.querySelector("[data-schedule]").hidden = state === "published" || state === "retracted";
    if (state === "scheduled") this.#toggleSchedule(this.#form.querySelector("[data-schedule]"));
  }

  #key(event) {
    const command = event.ctrlKey || event.metaKey;
    const editing = !this.#form.querySelector("[data-of-edit]").hidden;
    if (command && event.key === "Enter") this.#press(editing ? '[data-state=""]' : "[data-state=published]", event);
    else if (command && event.key === "s") this.#press(editing ? '[data-state=""]' : "[data-state=draft]", event);
    else if (event.key === "Escape" && editing) this.#cancel();
  }

  #press(button, event) {
    event.preventDefault();
    this.#form.requestSubmit(this.#form.querySelector(button));
  }

  #cancel() {
    this.#kept.forget();
    this.dispatchEvent(new Event("cancelled"));
  }

  #toggleSchedule(button) {
    const when = this.#form.querySelector("[data-when]");
    when.hidden = !when.hidden;
    button.setAttribute("aria-expanded", String(!when.hidden));
    if (!when.hidden) this.#form.elements.publish_at.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const { headline, body, image } = this.#form.elements;
    const { alt, empty } = this.#desk.root.dataset;
    const shown = !this.#form.querySelector("[data-picture]").hidden;
    if (!headline.value.trim() && !body.value.trim() && !image.files.length && !shown) return this.#refuse([empty]);
    if (this.#picture.lacksText) return this.#refuse([alt], this.#form.elements.image_alt);
    this.#form.elements.state.value = event.submitter?.dataset.state ?? "published";
    const data = new FormData(this.#form);
    const edited = !this.#form.querySelector("[data-of-edit]").hidden;
    this.#refuse([]);
    this.#sending++;
    // Offline, it is sent later: what stands here is kept until then, and the next one can't be mistaken for it.
    const { status, body: answer } = await this.#desk.requests.post(this.#form.action, data);
    this.#sending--;
    if (status === 200) return this.#stored(answer, edited);
    if (status === 409) return showConflicts(this.#form, answer, this.#desk.root.dataset);
    this.#refuse(answer.errors ? Object.values(answer.errors).flat() : [answer.said ?? this.#desk.root.dataset.failed]);
  }

  #stored(answer, edited) {
    this.#kept.forget();
    if (!edited) {
      this.#form.reset();
      this.#form.elements.once.value = uuid();
      this.#form.querySelector("[data-when]").hidden = true;
      this.#picture.show();
      this.#form.dispatchEvent(new Event("input"));
      this.focus();
    }
    this.dispatchEvent(new CustomEvent("stored", { detail: answer }));
  }

  #refuse(errors, field) {
    const box = this.#form.querySelector("[data-errors]");
    box.hidden = !errors.length;
    box.replaceChildren(...errors.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    field?.focus();
  }
}
