import { fit, length } from "./field.js";
import { isPassing } from "../acting/hindrance.js";
import { say } from "../words.js";

/** The form one writes in. Its text is sent, or, while a message is being edited, put in that one's place. */
export class Composer {
  #form;
  #field;
  #draft;
  #max;
  #mentions;
  #on;
  #hindrance = "";
  #editing = null; // the message

  /**
   * @param draft {load, save}: what is kept from one visit to the next
   * @param mentions the Mentions of its field
   * @param on {send(text), edit(message, text), typed(), last()}: edit gives a promise of whether it was done, last
   *   the person's last message, or null
   */
  constructor(form, { draft, max, mentions, on, signal }) {
    this.#form = form;
    this.#field = form.elements.text;
    this.#draft = draft;
    this.#max = max;
    this.#mentions = mentions;
    this.#on = on;
    form.noValidate = true; // an empty form says enough by itself
    this.#field.value ||= draft.load();
    this.#fit();
    const listen = (target, type, handler) => target.addEventListener(type, handler, { signal });
    listen(form, "submit", (event) => this.#submit(event));
    listen(this.#field, "input", () => this.#input());
    listen(this.#field, "keydown", (event) => this.#key(event));
    listen(form.querySelector("[data-cancel]"), "click", () => this.stopEditing());
  }

  focus() {
    this.#field.focus();
  }

  /** Say why one cannot write, or that one can. @param parts what the words leave open */
  hinder(hindrance, parts = {}) {
    this.#hindrance = hindrance;
    this.#field.disabled = Boolean(hindrance) && !isPassing(hindrance);
    this.#mentions.allow(!this.#field.disabled);
    this.#form.querySelector("button:not([type])").disabled = Boolean(hindrance);
    this.#form.hidden = hindrance === "not_member";
    this.#form.querySelector("[data-sign-in]").hidden = hindrance !== "sign_in";
    const reason = this.#form.querySelector("[data-reason]");
    const words = say(reason.dataset[hindrance] ?? "", parts);
    // The reason is read out: not again when it stays the same.
    if (words.map((word) => word.textContent ?? word).join("") !== reason.textContent) reason.replaceChildren(...words);
    this.#fit(); // it may have been hidden
  }

  /** Put a message's text into the field; the draft comes back afterwards. */
  edit(message) {
    if (this.#hindrance) return;
    this.#editing = message.id;
    this.#form.querySelector("[data-editing]").hidden = false;
    this.#put(message.querySelector(".message-text").textContent);
    this.#field.focus();
  }

  stopEditing() {
    if (!this.#editing) return;
    this.#editing = null;
    this.#form.querySelector("[data-editing]").hidden = true;
    this.#put(this.#draft.load());
    this.#field.focus();
  }

  async #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (this.#hindrance || !text || length(text) > this.#max) return this.#field.focus();
    if (this.#editing) return this.#finishEditing(text);
    this.#draft.save("");
    this.#put("");
    this.#field.focus();
    document.getElementById("composer-refusal")?.remove();
    this.#on.send(text);
  }

  async #finishEditing(text) {
    const id = this.#editing;
    this.#form.setAttribute("aria-busy", "true");
    const done = await this.#on.edit(id, text);
    this.#form.removeAttribute("aria-busy");
    if (done && this.#editing === id) this.stopEditing();
  }

  #input() {
    this.#fit();
    if (this.#editing) return;
    this.#draft.save(this.#field.value);
    if (this.#field.value.trim()) this.#on.typed();
  }

  #key(event) {
    // The keys that pick a word in an input method are its own.
    if (event.isComposing || event.keyCode === 229) return;
    if (this.#mentions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !matchMedia("(pointer: coarse)").matches) {
      event.preventDefault();
      this.#form.requestSubmit();
    } else if (event.key === "Escape") {
      this.stopEditing();
    } else if (event.key === "ArrowUp" && !this.#field.value && !this.#editing) {
      const message = this.#on.last();
      if (!message) return;
      event.preventDefault();
      this.edit(message);
    }
  }

  #put(text) {
    this.#field.value = text;
    this.#fit();
  }

  #fit() {
    fit(this.#field, this.#form.querySelector("[data-count]"), this.#max);
  }
}
