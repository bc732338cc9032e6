import { Unread } from "./unread.js";

/**
 * The numbers of unread messages beside the person's rooms, and of such rooms in the window's title, kept up to date by
 * the stream of their own.
 */
export class Badges {
  #stream;
  #title = document.title;
  #unread;

  /** @param stream the <live-stream> around the cards of the rooms */
  constructor(stream) {
    this.#stream = stream;
    this.#unread = start(document);
    stream.addEventListener("frame", ({ detail: { type, room, last } }) => {
      if (type !== "unread") return;
      this.#unread.reached(room, last);
      this.#show();
    });
    stream.addEventListener("changed", ({ detail: { items, page } }) => {
      if (page) this.#unread = start(page.ownerDocument); // a reset: what was missed is in the page
      for (const item of items) this.#unread.take(item);
      this.#show();
    });
    // The room that is open knows first.
    document.addEventListener("read", ({ detail: { room, number } }) => {
      this.#unread.read(room, number);
      this.#show();
    });
    this.#show();
  }

  #show() {
    const { rooms } = this.#unread;
    document.title = rooms ? `(${rooms}) ${this.#title}` : this.#title;
    for (const card of this.#stream.querySelectorAll("[data-room]")) {
      const { count, mentioned } = this.#unread.of(Number(card.dataset.room));
      const badge = card.querySelector("[data-unread]");
      badge.hidden = count === 0;
      badge.textContent = count;
      badge.toggleAttribute("data-mentioned", mentioned);
    }
  }
}

const start = (page) => new Unread(JSON.parse(page.getElementById("chat-unread")?.textContent ?? "{}"));
