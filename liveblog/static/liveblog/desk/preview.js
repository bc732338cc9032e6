import { localTimes } from "../../realtime/local-time.js";

const PAUSE = 300; // milliseconds after the last key

/** The composer's text as readers will see it: the server renders it by the partial that pages are made of. */
export class Preview {
  #form;
  #desk;
  #pane;
  #timer = 0;
  #turn = 0;

  constructor(form, desk) {
    this.#form = form;
    this.#desk = desk;
    this.#pane = desk.root.querySelector("[data-preview-pane]");
    const button = form.querySelector("[data-preview]");
    button.addEventListener("click", () => this.#toggle(button));
    form.addEventListener("input", () => this.#later());
    const frame = this.#frame;
    this.#pane.querySelector("[data-scheme]").addEventListener("click", () => {
      const dark = getComputedStyle(frame).colorScheme === "dark";
      frame.style.colorScheme = dark ? "light" : "dark";
    });
  }

  get #frame() {
    return this.#pane.querySelector("iframe");
  }

  #toggle(button) {
    this.#pane.hidden = !this.#pane.hidden;
    button.setAttribute("aria-expanded", String(!this.#pane.hidden));
    if (this.#pane.hidden) return;
    if (!this.#frame.srcdoc) {
      this.#frame.style.colorScheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      this.#frame.addEventListener("load", () => this.#render());
      this.#frame.srcdoc = this.#pane.querySelector("[data-page]").innerHTML;
    } else this.#render();
  }

  #later() {
    clearTimeout(this.#timer);
    if (!this.#pane.hidden) this.#timer = setTimeout(() => this.#render(), PAUSE);
  }

  async #render() {
    const turn = ++this.#turn;
    const data = new FormData(this.#form);
    data.delete("image");
    const { status, body } = await this.#desk.requests.post(this.#pane.dataset.address, data);
    const main = this.#frame.contentDocument?.querySelector("main");
    if (status !== 200 || turn !== this.#turn || !main) return;
    main.innerHTML = body.text;
    localTimes(main);
  }
}
