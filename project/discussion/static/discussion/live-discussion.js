import "../chat/chat.js";
import { browser, fetchText } from "../realtime/environment.js";

const WIDE = matchMedia("(min-width: 72rem)"); // as in discussion.css
const PRESSES = ["click", "auxclick", "contextmenu"];

/**
 * <live-discussion>: a link to a chat room and, where there is space for it, the room.
 *
 * The room comes from its own page, which knows the reader; the page around this element is the same for everyone.
 */
class LiveDiscussion extends HTMLElement {
  #opened = false;

  connectedCallback() {
    WIDE.addEventListener("change", this);
    for (const type of PRESSES) this.addEventListener(type, this, { capture: true });
    this.#open();
  }

  disconnectedCallback() {
    WIDE.removeEventListener("change", this);
  }

  handleEvent({ type, target }) {
    if (type === "change") return this.#open();
    const link = target.closest('a[href^="?"]'); // a message's link to itself, as it is meant in its room
    if (link) link.href = new URL(link.getAttribute("href"), this.#address);
  }

  get #address() {
    return this.querySelector("a").href;
  }

  async #open() {
    if (!WIDE.matches || this.#opened) return;
    this.#opened = true;
    const { ok, text } = await fetchText(browser, this.#address).catch(() => ({}));
    const room = ok && new DOMParser().parseFromString(text, "text/html").querySelector("chat-room");
    this.#opened = Boolean(room);
    if (!room) return; // the link is still there
    for (const stream of room.querySelectorAll("live-stream")) stream.setAttribute("page", this.#address);
    this.append(room);
  }
}

customElements.define("live-discussion", LiveDiscussion);
