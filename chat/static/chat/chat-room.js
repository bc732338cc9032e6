import { Timers, browser } from "../realtime/environment.js";
import { Conversation } from "./conversation.js";
import { showPresence, showStale } from "./presence.js";
import { Standing } from "./standing.js";
import { Typists, typingWords } from "./typing.js";
import { say } from "./words.js";
import { Writer } from "./writer.js";

/**
 * <chat-room>: a room's page. Its first <live-stream> keeps the messages up to date, the other one what is the
 * person's own; here is what a chat has around them. Readers without data-person, who are not signed in, see
 * messages, who is here and who types.
 */
class ChatRoom extends HTMLElement {
  #stream;
  #own;
  #timers;
  #listeners;
  #conversation;
  #typists;
  #standing;
  #writer = null;
  #changing = false;

  connectedCallback() {
    customElements.upgrade(this); // the streams first, also in a room that was put into another page
    [this.#stream, this.#own = null] = this.querySelectorAll("live-stream");
    this.#timers = new Timers(browser);
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const { dataset } = this;
    const on = { pending: () => this.#writer?.show() ?? [], tell: (number) => this.#tell(number) };
    this.#conversation = new Conversation(this, this.#stream, { timers: this.#timers, on, signal });
    this.#typists = new Typists(Number(dataset.person), this.#timers, (names) => this.#showTypists(names));
    this.#standing = new Standing({ ...dataset, membership: this.#card?.id });
    if (dataset.person) this.#setUpWriter(signal);
    const listen = (stream, type, handler) => stream?.addEventListener(type, handler, { signal });
    listen(this.#stream, "state", ({ detail }) => this.#connected(detail));
    listen(this.#stream, "frame", ({ detail }) => this.#hear(detail));
    listen(this.#stream, "changing", () => this.#before());
    listen(this.#stream, "changed", ({ detail }) => this.#after(detail));
    listen(this.#own, "changed", ({ detail }) => this.#changedOwn(detail));
    this.#markCard();
    this.#conversation.start();
  }

  disconnectedCallback() {
    this.#listeners.abort();
    this.#timers.clear();
  }

  #setUpWriter(signal) {
    const options = {
      standing: this.#standing,
      timers: this.#timers,
      send: (action) => this.#stream.connection.send(action),
      on: { changed: () => this.#rearrange(), sent: () => this.#conversation.toEnd() },
      signal,
    };
    this.#writer = new Writer(this, options);
    this.#writer.start();
  }

  #connected(status) {
    this.#writer?.connected(status);
    if (status.state === "live") this.#conversation.tell();
    else showStale(this.querySelector("[data-presence]"), true);
  }

  #hear(frame) {
    if (frame.type === "presence") showPresence(this.querySelector("[data-presence]"), frame);
    else if (frame.type === "typing") this.#typists.heard(frame);
    else this.#writer?.hear(frame);
  }

  #before() {
    this.#changing = true;
    this.#conversation.before();
  }

  #after({ items }) {
    const fresh = this.#conversation.take(items);
    for (const { data } of fresh) this.#typists.forget(data.author);
    const own = fresh.filter(({ data }) => data.author === Number(this.dataset.person));
    this.#writer?.reached(this.#stream.version, own.map(({ data }) => data.text));
    this.#writer?.update(); // the room may have been closed or opened
    this.#changing = false;
    this.#conversation.after();
  }

  /** Something of our own changed, not the stream. */
  #rearrange() {
    if (this.#changing) return; // after() is about to
    this.#conversation.before();
    this.#conversation.after();
  }

  #changedOwn({ items, page }) {
    for (const item of items) {
      this.#standing.take(item);
      const { id, removed, data } = item;
      if (!removed && id.startsWith("marker-") && data.room === Number(this.dataset.room)) {
        this.#conversation.heard(data.number);
      }
    }
    const fresh = page?.closest("chat-room"); // after a reset
    if (fresh) this.#standing.reset({ ...fresh.dataset });
    this.#markCard();
    this.#writer?.update();
  }

  /** Tell the server how far the person has read; the badges know at once. */
  #tell(number) {
    const { state } = this.#stream.connection;
    const room = Number(this.dataset.room);
    if (!this.#writer || !this.#standing.member) return false;
    if (state === "polling") this.#writer.post({ type: "read", number });
    else if (!this.#stream.connection.send({ type: "read", number })) return false;
    document.dispatchEvent(new CustomEvent("read", { detail: { room, number } }));
    return true;
  }

  #showTypists(names) {
    const line = this.querySelector("[data-typing]");
    const { key, parts } = typingWords(names);
    line.replaceChildren(...say(line.dataset[key] ?? "", parts));
  }

  get #card() {
    return this.#own?.querySelector(`[data-room="${this.dataset.room}"]`);
  }

  #markCard() {
    this.#card?.querySelector("a")?.setAttribute("aria-current", "page");
  }
}

customElements.define("chat-room", ChatRoom);
