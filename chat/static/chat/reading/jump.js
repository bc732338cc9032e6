/** The button that leads to the newest message, with the number of those that came while the reader was further up. */
export class Jump {
  #button;
  #missed = 0;

  constructor(button, { pressed, signal }) {
    this.#button = button;
    button.addEventListener("click", pressed, { signal });
  }

  missed(count) {
    this.#missed += count;
  }

  show(atEnd) {
    if (atEnd) this.#missed = 0;
    this.#button.hidden = atEnd;
    this.#button.querySelector("[data-count]").textContent = this.#missed ? `(${this.#missed})` : "";
  }
}
