/**
 * The composer's picture: picked, dropped or pasted, shown at once, and not sent without its text. Of several at once
 * the first is taken, and the others wait for the posts that follow.
 */
export class Picture {
  #form;
  #box;
  #list;
  #queued; // files; null where no other post follows
  #url = ""; // of a stored one

  constructor(form, queues) {
    this.#form = form;
    this.#box = form.querySelector("[data-picture]");
    this.#list = form.querySelector("[data-queue]");
    this.#queued = queues ? [] : null;
    form.elements.image.multiple = queues;
    form.elements.image.addEventListener("change", () => this.#take([...form.elements.image.files]));
    form.addEventListener("paste", (event) => this.#receive(event, event.clipboardData));
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => this.#receive(event, event.dataTransfer));
    form.querySelector("[data-out]").addEventListener("click", () => this.put(null, this.#url));
  }

  get file() {
    return this.#form.elements.image.files[0] ?? null;
  }

  get shown() {
    return !this.#box.hidden;
  }

  get unsent() {
    return Boolean(this.file || this.#queued?.length);
  }

  /** Whether there is a picture without a text for those who can't see it. */
  get lacksText() {
    return this.shown && !this.#form.elements.image_alt.value.trim() && !this.#form.elements["image-clear"].checked;
  }

  /** @param {?File} file; without one, {string} url of a stored picture, "" where there is none */
  put(file, url = file ? this.#url : "") {
    this.#url = url;
    const chosen = new DataTransfer();
    if (file) chosen.items.add(file);
    this.#form.elements.image.files = chosen.files;
    this.#box.hidden = !file && !url;
    this.#box.querySelector("[data-stored]").hidden = Boolean(file) || !url;
    this.#box.querySelector("[data-out]").hidden = !file;
    show(this.#box.querySelector("[data-shown]"), file, url);
  }

  /** The next that waits, for the next post. */
  next() {
    const file = this.#queued.shift();
    this.#showQueue();
    if (file) this.#begin(file);
  }

  #receive(event, transfer) {
    const files = [...transfer.files].filter((file) => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    this.#take(files);
  }

  #take([first, ...others]) {
    if (!first) return this.put(null, this.#url);
    this.#queued?.push(...others);
    this.#showQueue();
    this.#begin(first);
  }

  #begin(file) {
    this.put(file);
    this.#form.elements.image_alt.focus();
  }

  #showQueue() {
    const queued = this.#queued ?? [];
    this.#list.hidden = !queued.length;
    this.#list.replaceChildren(...queued.map((file) => thumbnail(file)));
  }
}

function thumbnail(file) {
  const item = document.createElement("li");
  const image = Object.assign(document.createElement("img"), { alt: file.name });
  show(image, file);
  item.append(image);
  return item;
}

/** A file as a data: URL, which the page's policy allows. */
function show(image, file, url) {
  image.removeAttribute("src");
  if (url && !file) image.src = url;
  if (!file) return;
  const reader = new FileReader();
  reader.onload = () => (image.src = reader.result);
  reader.readAsDataURL(file);
}
