import { browser, fetchText } from "../realtime/environment.js";
import { Actions } from "./actions.js";
import { Composer } from "./composer.js";
import { isBy } from "./decorate.js";
import { carryOut, keyOf, offers } from "./deeds.js";
import { hindrance } from "./hindrance.js";
import { Menu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { Pending } from "./pending.js";
import { poster } from "./post.js";
import { stored } from "./store.js";
import { TypingNotice } from "./typing.js";

const NOTICE = 8; // seconds for which a notice stands
const LONG = 86_400; // seconds; timers do not reach much further

const AT = { dateStyle: "medium", timeStyle: "short" };

/** What a signed-in person does in a room: writing, editing, moderating. */
export class Writer {
  #room;
  #timers;
  #standing;
  #on;
  #connection = { state: "connecting", code: null };
  #actions;
  #outbox;
  #pending;
  #composer;
  #typing;
  #unsent;

  /**
   * @param room the <chat-room>
   * @param send (action) => boolean: over the socket, false if there is none
   * @param on {changed(), sent()}: messages on their way look different; one was just written
   */
  constructor(room, { send, standing, timers, on, signal }) {
    this.#room = room;
    this.#timers = timers;
    this.#standing = standing;
    this.#on = on;
    const { person, max, room: key } = room.dataset;
    const find = (name) => room.querySelector(`[data-${name}]`);
    this.#unsent = stored("sessionStorage", `chat-unsent-${person}-${key}`);
    this.#typing = new TypingNotice(() => send({ type: "typing" }), browser.now);
    this.post = poster(find("composer"), (url, init) => fetchText(browser, url, init));
    this.#actions = new Actions({ send, post: this.post, timers });
    const perform = (action) => this.#actions.perform(action);
    const pause = (seconds) => new Promise((resume) => browser.setTimeout(resume, seconds * 1000));
    this.#outbox = new Outbox({ perform, pause, changed: () => this.#changed() });
    const waiting = { person, retry: (id) => this.#outbox.retry(id), discard: (id) => this.#outbox.discard(id) };
    this.#pending = new Pending(find("pending"), find("pending-message"), { ...waiting, signal });
    const draft = stored("localStorage", `chat-draft-${person}-${key}`);
    this.#composer = new Composer(find("composer"), { draft, max: Number(max), on: this, signal });
    const may = (message) => offers(message, { person, moderator: standing.moderator, hindrance: this.hindrance });
    const choose = (...chosen) => this.#choose(...chosen);
    new Menu(find("menu"), find("items"), { offers: may, choose, signal });
  }

  /** Send what an earlier page left behind. */
  start() {
    this.#outbox.restore(JSON.parse(this.#unsent.load() || "[]"));
    this.update();
  }

  /** Show the messages on their way. @returns {Element[]} */
  show() {
    this.#pending.show(this.#outbox.shown);
    return this.#pending.elements;
  }

  /** The stream shows everything up to `version`; it just brought these texts of the person's own. */
  reached(version, texts) {
    this.#outbox.reached(version, texts);
  }

  hear(frame) {
    this.#actions.hear(frame);
  }

  connected(status) {
    this.#connection = status;
    this.#actions.state = status.state;
    this.update();
  }

  get hindrance() {
    const closed = this.#room.querySelector(`#room-${this.#room.dataset.room}`)?.hasAttribute("data-closed") ?? false;
    return hindrance({ ...this.#connection, ...this.#standing, closed }, browser.now());
  }

  /** The connection, the room or the person's standing has changed. */
  update() {
    const { mutedUntil } = this.#standing;
    const left = mutedUntil === null ? 0 : (mutedUntil - browser.now()) / 1000;
    if (left > 0) this.#timers.set("muted", Math.min(left, LONG), () => this.update());
    const time = left > 0 ? new Intl.DateTimeFormat(document.documentElement.lang, AT).format(mutedUntil) : "";
    this.#room.dataset.hindrance = this.hindrance;
    this.#composer.hinder(this.hindrance, { time });
    this.#room.querySelector("[data-join]").hidden = this.hindrance !== "not_member";
  }

  // What the composer reports.

  send(text) {
    this.#typing.done();
    this.#outbox.add(text, browser.now());
    this.#on.sent();
  }

  async edit(id, text) {
    const answer = await this.#actions.perform({ type: "edit", message: keyOf(id), text });
    if (answer.type === "error") this.#say([answer.detail]);
    return answer.type === "ack";
  }

  typed() {
    this.#typing.typed();
  }

  last() {
    const messages = [...this.#room.querySelectorAll("[data-items] > [data-number]")];
    return messages.findLast((message) => isBy(message, this.#room.dataset.person)) ?? null;
  }

  async #choose(name, message, button) {
    if (name === "edit") return this.#composer.edit(message);
    const dialog = this.#room.querySelector("[data-confirm]");
    const said = await carryOut(name, message, button, { dialog, perform: (action) => this.#actions.perform(action) });
    if (said) this.#say(said);
  }

  #changed() {
    const { unstored } = this.#outbox;
    this.#unsent.save(unstored.length ? JSON.stringify(unstored) : "");
    this.#on.changed();
  }

  #say(nodes) {
    const notice = this.#room.querySelector("[data-notice]");
    notice.replaceChildren(...nodes);
    this.#timers.set("notice", NOTICE, () => notice.replaceChildren());
  }
}
