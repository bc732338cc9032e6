import { KeptText } from "../../realtime/kept-text.js";
import { uuid } from "../../realtime/uuid.js";
import { showConflicts } from "./conflicts.js";
import { Picture } from "./picture.js";
import { Preview } from "./preview.js";
import { errorsOf } from "./waiting.js";

/**
 * A form in which an entry is written, or edited. What is typed is kept in the browser until the server has it.
 *
 * A new post leaves it at once, for those that wait (waiting.js). One that edits stays until it is answered; it
 * dispatches "stored" with that answer, and "left".
 */
export class Composer extends EventTarget {
  #form;
  #desk;
  #edited;
  #kept;
  #picture;
  #untouched;

  /**
   * @param form its <form>, whose action is where it goes
   * @param desk {root, requests, say, waiting}
   * @param edited undefined, or {key, fields} of the entry that is edited
   */
  constructor(form, desk, edited) {
    super();
    this.#form = form;
    this.#desk = desk;
    this.#edited = edited;
    this.#picture = new Picture(form, !edited);
    const { person, entries } = desk.root.dataset;
    this.#kept = new KeptText(form, `${person} ${edited ? `entry ${edited.key}` : `desk ${entries}`}`);
    for (const element of form.querySelectorAll("[data-of-edit]")) element.hidden = !edited;
    for (const element of form.querySelectorAll("[data-of-new]")) element.hidden = Boolean(edited);
    if (edited) this.#open(edited.fields);
    else form.elements.once.value = uuid();
    this.#untouched = this.#typed;
    this.#kept.restore();
    this.#showSchedule();
    if (!edited) new Preview(form, desk);
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("keydown", (event) => this.#key(event));
    form.querySelector("[data-schedule]").addEventListener("click", () => this.#toggleSchedule());
    form.querySelector("[data-cancel]").addEventListener("click", () => this.#leave(true));
  }

  /** Whether there is something that nobody has but this form. */
  get unsent() {
    return this.#picture.unsent || this.#typed !== this.#untouched;
  }

  /** What there is to be sent: {fields, file}. */
  get content() {
    const { once, state } = this.#form.elements;
    return { fields: { ...this.#kept.fields(), once: once.value, state: state.value }, file: this.#picture.file };
  }

  get #typed() {
    return JSON.stringify(this.#kept.fields());
  }

  focus() {
    this.#form.elements.body.focus();
  }

  /** Go on with a post that came back, and say why. */
  take({ fields, file }, errors) {
    this.#clear();
    for (const [name, value] of Object.entries(fields)) this.#put(name, value);
    this.#picture.put(file);
    this.#showSchedule();
    this.#kept.keep();
    this.refuse(errors);
    this.focus();
  }

  /** Say what is wrong. */
  refuse(errors, field) {
    const box = this.#form.querySelector("[data-errors]");
    box.hidden = !errors.length;
    box.replaceChildren(...errors.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
    if (errors.length) this.#desk.say({}); // what was said before is of another post
    field?.focus();
  }

  #open(fields) {
    for (const [name, value] of Object.entries(fields)) if (name !== "state") this.#put(name, value);
    const { state } = fields;
    this.#form.querySelector("[data-state=published]").hidden = state === "published";
    this.#form.querySelector("[data-state=draft]").hidden = state !== "scheduled" && state !== "draft";
    this.#form.querySelector("[data-schedule]").hidden = state === "published" || state === "retracted";
  }

  #put(name, value) {
    const field = this.#form.elements[name];
    if (name === "image") this.#picture.put(null, value);
    else if (field?.type === "checkbox") field.checked = value;
    else if (field) field.value = value;
  }

  #key(event) {
    const { key, target, isComposing } = event;
    const command = event.ctrlKey || event.metaKey;
    const line = target.matches("input:not([type=checkbox], [type=file])");
    if (isComposing) return;
    const when = !this.#form.querySelector("[data-when]").hidden && this.#form.elements.publish_at.value;
    if (command && key === "Enter" && when) this.#press("[data-state=scheduled]", event);
    else if (command && key === "Enter") this.#press(this.#edited ? '[data-state=""]' : "[data-state=published]", event);
    else if (command && key.toLowerCase() === "s") this.#press(this.#edited ? '[data-state=""]' : "[data-state=draft]", event);
    else if (key === "Enter" && target.name === "publish_at") this.#press("[data-state=scheduled]", event);
    else if (key === "Enter" && line) this.#goOn(event);
    else if (key === "Escape" && this.#edited) this.#leave(false);
    else if (key === "Escape") document.activeElement.blur();
  }

  #press(button, event) {
    event.preventDefault();
    this.#form.requestSubmit(this.#form.querySelector(button));
  }

  /** A line that is ended is no post yet: it would be published half written. */
  #goOn(event) {
    event.preventDefault();
    this.focus();
  }

  #leave(forgets) {
    if (forgets) this.#kept.forget();
    this.dispatchEvent(new Event("left"));
  }

  #showSchedule() {
    const shown = Boolean(this.#form.elements.publish_at.value) && !this.#form.querySelector("[data-schedule]").hidden;
    this.#form.querySelector("[data-when]").hidden = !shown;
    this.#form.querySelector("[data-schedule]").setAttribute("aria-expanded", String(shown));
  }

  #toggleSchedule() {
    const when = this.#form.querySelector("[data-when]");
    when.hidden = !when.hidden;
    this.#form.querySelector("[data-schedule]").setAttribute("aria-expanded", String(!when.hidden));
    if (!when.hidden) this.#form.elements.publish_at.focus();
  }

  #submit(event) {
    event.preventDefault();
    const { headline, body, state, image_alt, publish_at } = this.#form.elements;
    const { alt, empty, when } = this.#desk.root.dataset;
    if (!headline.value.trim() && !body.value.trim() && !this.#picture.shown) return this.refuse([empty], body);
    if (this.#picture.lacksText) return this.refuse([alt], image_alt);
    state.value = event.submitter?.dataset.state ?? "published";
    if (state.value === "scheduled" && !publish_at.value) return this.refuse([when], publish_at);
    this.refuse([]);
    if (this.#edited) return this.#save();
    const { fields, file } = this.content;
    this.#desk.waiting.add(fields, file); // which keeps it, before it is not kept here any more
    this.#clear();
    this.focus();
    this.#picture.next();
  }

  async #save() {
    const { waiting, requests, root } = this.#desk;
    const data = new FormData(this.#form);
    this.#form.inert = true; // what would be typed meanwhile would go with the form
    const { status, body } = await requests.post(this.#form.action, data);
    this.#form.inert = false;
    if (status === 200) {
      this.#kept.forget();
      return this.dispatchEvent(new CustomEvent("stored", { detail: body }));
    }
    if (status === 409) return showConflicts(this.#form, body, root.dataset, (name, value) => this.#take(name, value));
    if (status !== 404) return this.refuse(errorsOf(body, root.dataset), this.#form.elements.body);
    const { fields, file } = this.content;
    this.#leave(true);
    waiting.back({ fields: { ...fields, once: uuid(), seen: "" }, file, at: Date.now() }, [body.said]);
  }

  #take(name, value) {
    this.#put(name, value);
    this.#kept.keep();
  }

  #clear() {
    this.#form.reset();
    this.#form.elements.once.value = uuid();
    this.#picture.put(null);
    this.#showSchedule();
    this.refuse([]);
    this.#form.dispatchEvent(new Event("input"));
  }
}
