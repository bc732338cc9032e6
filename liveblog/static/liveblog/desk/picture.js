/** The composer's picture: picked, dropped or pasted, shown at once, and not sent without its text. */
export class Picture {
  #form;
  #box;

  constructor(form) {
    this.#form = form;
    this.#box = form.querySelector("[data-picture]");
    form.elements.image.addEventListener("change", () => this.show());
    form.addEventListener("paste", (event) => this.#take(event, event.clipboardData));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => this.#take(event, event.dataTransfer));
  }

  /** Whether there is a picture without a text for those who can't see it. */
  get lacksText() {
    return !this.#box.hidden && !this.#form.elements.image_alt.value.trim() && !this.#form.elements["image-clear"].checked;
  }

  /** @param {string} url of a stored picture; "" where there is none */
  show(url = "") {
    const [file] = this.#form.elements.image.files;
    this.#box.hidden = !file && !url;
    this.#box.querySelector("[data-stored]").hidden = Boolean(file) || !url;
    const shown = this.#box.querySelector("[data-shown]");
    shown.removeAttribute("src");
    if (file) read(file).then((data) => (shown.src = data));
    else if (url) shown.src = url;
    if (file) this.#form.elements.image_alt.focus();
  }

  #take(event, transfer) {
    const files = [...transfer.files].filter((file) => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    const chosen = new DataTransfer();
    chosen.items.add(files[0]);
    this.#form.elements.image.files = chosen.files;
    this.show();
  }
}

/** As a data: URL, which the page's policy allows. */
function read(file) {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.readAsDataURL(file);
  });
}
