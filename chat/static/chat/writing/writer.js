import { browser } from "../../realtime/environment.js";
import { Composer } from "./composer.js";
import { isBy } from "../reading/decorate.js";
import { keyOf } from "../acting/deeds.js";
import { finder } from "./members.js";
import { Mentions } from "./mentions.js";
import { Outbox } from "../acting/outbox.js";
import { Pending } from "./pending.js";
import { stored } from "../../realtime/stored.js";
import { TypingNotice } from "./typing.js";

/** How a person writes in a room: the composer, and the messages on their way. */
export class Writer {
  #room;
  #actions;
  #on;
  #outbox;
  #pending;
  #composer;
  #typing;
  #unsent;

  /**
   * @param room the <chat-room>; @param actions the Actions that carry what is written
   * @param send (action) => boolean: over the socket alone, for what is worth nothing later
   * @param on {changed(), sent(), refused(detail)}: messages on their way look different; one was just written; an
   *   edit was not done
   */
  constructor(room, { actions, send, timers, on, signal }) {
    this.#room = room;
    this.#actions = actions;
    this.#on = on;
    const { person, max, room: key } = room.dataset;
    const find = (name) => room.querySelector(`[data-${name}]`);
    this.#unsent = stored("sessionStorage", `chat-unsent-${person}-${key}`);
    this.#typing = new TypingNotice(() => send({ type: "typing" }), browser.now);
    const perform = (action) => actions.perform(action);
    const pause = (seconds) => new Promise((resume) => browser.setTimeout(resume, seconds * 1000));
    const arrived = (id) => Boolean(find("items").querySelector(`[data-client="${CSS.escape(id)}"]`));
    this.#outbox = new Outbox({ perform, pause, changed: () => this.#changed(), arrived });
    const waiting = { person, retry: (id) => this.#outbox.retry(id), discard: (id) => this.#outbox.discard(id) };
    this.#pending = new Pending(find("pending"), find("pending-message"), { ...waiting, signal });
    const draft = stored("localStorage", `chat-draft-${person}-${key}`);
    const field = find("composer").elements.text;
    const lists = { list: find("mentions"), people: find("mentionable") };
    const mentions = new Mentions(field, { ...lists, timers, find: finder(find("composer").dataset.members), signal });
    this.#composer = new Composer(find("composer"), { draft, max: Number(max), mentions, on: this, signal });
  }

  /** Send what an earlier page left behind; this one shows the stream up to `version`. */
  start(version) {
    const entries = JSON.parse(this.#unsent.load() || "[]");
    this.#outbox.reached(version);
    this.#outbox.restore(entries);
  }

  /** Show the messages on their way. @returns {Element[]} */
  show() {
    this.#pending.show(this.#outbox.shown);
    return this.#pending.elements;
  }

  /** The stream shows everything up to `version`. */
  reached(version) {
    this.#outbox.reached(version);
  }

  /** Let them write, or say why they can't. */
  hinder(hindrance, parts) {
    this.#composer.hinder(hindrance, parts);
  }

  startEditing(message) {
    this.#composer.edit(message);
  }

  // What the composer reports.

  send(text) {
    this.#typing.done();
    this.#outbox.add(text, browser.now());
    this.#on.sent();
  }

  async edit(id, text) {
    const answer = await this.#actions.perform({ type: "edit", message: keyOf(id), text });
    if (answer.type === "error") this.#on.refused(answer.detail);
    return answer.type === "ack";
  }

  typed() {
    this.#typing.typed();
  }

  /** Their last message, for the arrow-up key; null if there is none on the page. */
  last() {
    const messages = [...this.#room.querySelectorAll("[data-items] > [data-number]")];
    return messages.findLast((message) => isBy(message, this.#room.dataset.person)) ?? null;
  }

  #changed() {
    const { unstored } = this.#outbox;
    this.#unsent.save(unstored.length ? JSON.stringify(unstored) : "");
    this.#on.changed();
  }
}
