import { Timers, browser } from "../realtime/environment.js";
import { Conversation } from "./reading/conversation.js";
import { Person } from "./person.js";
import { showPresence, showStale } from "./presence.js";
import { Typists, typingWords } from "./writing/typing.js";
import { say } from "./words.js";

/**
 * <chat-room>: a room's page. Its first <live-stream> keeps the messages up to date, the other one what is the
 * person's own; here is what a chat has around them. Readers who are not signed in, without data-person, see messages,
 * who is here and who types.
 */
class ChatRoom extends HTMLElement {
  #stream;
  #own;
  #timers;
  #listeners;
  #conversation;
  #typists;
  #person = null;
  #changing = false;

  connectedCallback() {
    customElements.upgrade(this); // the streams first, also in a room that was put into another page
    [this.#stream, this.#own = null] = this.querySelectorAll("live-stream");
    this.#timers = new Timers(browser);
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    const timers = this.#timers;
    const on = {
      pending: () => this.#person?.show() ?? [],
      read: (number) => this.#read(number),
      tell: (number) => this.#person?.tellRead(number) ?? false,
    };
    this.#conversation = new Conversation(this, this.#stream, { timers, on, signal });
    this.#typists = new Typists(Number(this.dataset.person), timers, (names) => this.#showTypists(names));
    if (this.dataset.person) this.#setUpPerson(signal);
    const listen = (stream, type, handler) => stream?.addEventListener(type, handler, { signal });
    listen(this.#stream, "state", ({ detail }) => this.#connected(detail));
    listen(this.#stream, "frame", ({ detail }) => this.#hear(detail));
    listen(this.#stream, "changing", ({ detail }) => this.#before(detail));
    listen(this.#stream, "changed", ({ detail }) => this.#after(detail));
    listen(this.#own, "changed", ({ detail }) => this.#changedOwn(detail));
    this.#markCard();
    this.#conversation.start();
    this.#person?.start(this.#stream.version);
  }

  disconnectedCallback() {
    this.#listeners.abort();
    this.#timers.clear();
  }

  #setUpPerson(signal) {
    const send = (action) => this.#stream.connection.send(action);
    const on = { changed: () => this.#rearrange(), sent: () => this.#conversation.toEnd() };
    this.#person = new Person(this, { card: this.#card, send, timers: this.#timers, on, signal });
  }

  #connected(status) {
    this.#person?.connected(status);
    if (status.state === "live") this.#conversation.tell();
    else showStale(this.querySelector("[data-presence]"), true);
  }

  #hear(frame) {
    if (frame.type === "presence") showPresence(this.querySelector("[data-presence]"), frame, this.dataset.person);
    else if (frame.type === "typing") this.#typists.heard(frame);
    else this.#person?.hear(frame);
  }

  #before(detail) {
    this.#changing = true;
    this.#conversation.before(detail);
  }

  #after({ items, page }) {
    const fresh = this.#conversation.take(items, page);
    for (const { author } of fresh) this.#typists.forget(author);
    this.#person?.reached(this.#stream.version);
    this.#changing = false;
    this.#conversation.after();
  }

  /** What is on its way has changed, not the stream. */
  #rearrange() {
    if (this.#changing) return; // #after() is about to
    this.#conversation.before();
    this.#conversation.after();
  }

  #changedOwn({ items, page }) {
    const markers = items.filter(({ id, removed }) => !removed && id.startsWith("marker-"));
    for (const { data } of markers) if (data.room === Number(this.dataset.room)) this.#conversation.heard(data.number);
    this.#person?.take(items, page?.closest("chat-room"));
    this.#markCard();
  }

  /** For the badges, which know before the server does. */
  #read(number) {
    const detail = { room: Number(this.dataset.room), number };
    document.dispatchEvent(new CustomEvent("read", { detail }));
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
