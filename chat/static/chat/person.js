import { browser, fetchText } from "../realtime/environment.js";
import { Actions } from "./acting/actions.js";
import { carryOut, offers } from "./acting/deeds.js";
import { hindrance } from "./acting/hindrance.js";
import { Menu } from "./acting/menu.js";
import { poster } from "./acting/post.js";
import { Standing } from "./acting/standing.js";
import { Writer } from "./writing/writer.js";

const NOTICE = 8; // seconds for which a notice stands
const LONG = 86_400; // seconds; timers do not reach much further
const AT = { dateStyle: "medium", timeStyle: "short" };

/** The signed-in person in a room: what they may do, what they do, and what they are told of it. */
export class Person {
  #room;
  #timers;
  #actions;
  #writer;
  #standing;
  #connection = { state: "connecting", code: null };

  /**
   * @param room the <chat-room>; @param card the room's one among the person's own, if that is on the page
   * @param send (action) => boolean: over the socket, false if there is none
   * @param on {changed(), sent()}: messages on their way look different; one was just written
   */
  constructor(room, { card, send, timers, on, signal }) {
    this.#room = room;
    this.#timers = timers;
    this.#standing = new Standing({ ...room.dataset, membership: card?.id });
    const post = poster(this.#find("composer"), (url, init) => fetchText(browser, url, init));
    this.#actions = new Actions({ send, post, timers });
    const refused = (detail) => this.#say([detail]);
    this.#writer = new Writer(room, { actions: this.#actions, send, timers, on: { ...on, refused }, signal });
    const may = { offers: (message) => this.#offers(message), choose: (...chosen) => this.#choose(...chosen), signal };
    new Menu(this.#find("menu"), this.#find("items"), may);
  }

  /** The stream shows everything up to `version`. */
  start(version) {
    this.#writer.start(version);
    this.update();
  }

  /** Show their messages that are on their way. @returns {Element[]} */
  show() {
    return this.#writer.show();
  }

  hear(frame) {
    this.#actions.hear(frame);
  }

  connected(status) {
    this.#connection = status;
    this.#actions.state = status.state;
    this.update();
  }

  /** The same, later on. */
  reached(version) {
    this.#writer.reached(version);
    this.update(); // the room may have been closed
  }

  /** Items of their own stream; after a reset, the room's element on the new page. */
  take(items, page) {
    for (const item of items) this.#standing.take(item);
    if (page) this.#standing.reset({ ...page.dataset });
    this.update();
  }

  /** Only members have a marker. @returns {boolean} whether the server was told */
  tellRead(number) {
    return this.#standing.member && this.#actions.tell({ type: "read", number });
  }

  /** Whatever they may do depends on has changed. */
  update() {
    const { mutedUntil } = this.#standing;
    const left = mutedUntil === null ? 0 : (mutedUntil - browser.now()) / 1000;
    if (left > 0) this.#timers.set("muted", Math.min(left, LONG), () => this.update());
    const time = left > 0 ? new Intl.DateTimeFormat(document.documentElement.lang, AT).format(mutedUntil) : "";
    this.#room.dataset.hindrance = this.#hindrance;
    this.#writer.hinder(this.#hindrance, { time });
    this.#find("join").hidden = this.#hindrance !== "not_member";
  }

  get #hindrance() {
    const header = document.getElementById(`room-${this.#room.dataset.room}`);
    const closed = header?.hasAttribute("data-closed") ?? false;
    return hindrance({ ...this.#connection, ...this.#standing, closed }, browser.now());
  }

  #offers(message) {
    const { person } = this.#room.dataset;
    return offers(message, { person, moderator: this.#standing.moderator, hindrance: this.#hindrance });
  }

  async #choose(name, message, button) {
    if (name === "edit") return this.#writer.startEditing(message);
    const perform = (action) => this.#actions.perform(action);
    const said = await carryOut(name, message, button, { dialog: this.#find("confirm"), perform });
    if (said) this.#say(said);
    // The button that had the focus goes with the message.
    if (name === "delete") this.#find("items").parentElement.focus({ preventScroll: true });
  }

  #say(nodes) {
    this.#find("notice").replaceChildren(...nodes);
    this.#timers.set("notice", NOTICE, () => this.#find("notice").replaceChildren());
  }

  #find(name) {
    return this.#room.querySelector(`[data-${name}]`);
  }
}
