import { browser } from "../../realtime/environment.js";
import { decorate } from "./decorate.js";
import { Jump } from "./jump.js";
import { Reading } from "./marker.js";
import { Scroll } from "./scroll.js";

const TELL = 2; // seconds between two notices of how far one has read
const HUSH = 1; // seconds

/** The messages of a room as one person reads them: their order on the page, what is new, where they are. */
export class Conversation {
  #room;
  #list;
  #timers;
  #on;
  #reading;
  #scroll;
  #jump;

  /**
   * @param room the <chat-room>; @param stream its <live-stream>
   * @param on {pending() => elements of messages on their way, read(number): they have read so far, tell(number) =>
   *   whether the server was told}
   */
  constructor(room, stream, { timers, on, signal }) {
    this.#room = room;
    this.#list = stream.querySelector("[data-items]");
    this.#timers = timers;
    this.#on = on;
    const newest = Math.max(0, ...this.#messages.map(({ number }) => number));
    this.#reading = new Reading(Number(room.dataset.read ?? 0), newest);
    const older = () => stream.loadOlder();
    this.#scroll = new Scroll(this.#list.parentElement, { moved: () => this.look(), older, signal });
    this.#jump = new Jump(room.querySelector("[data-jump]"), { pressed: () => this.#jumped(), signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
  }

  /** Open at the message that the address names, or above what is new, or at the end. */
  start() {
    this.#hush();
    this.#decorate();
    const place = this.#list.querySelector(":target") ?? this.#line;
    if (place) this.#scroll.to(place);
    else this.#scroll.toEnd();
    this.look();
  }

  /** What is shown is about to change; after() follows. */
  before({ page } = {}) {
    if (page) this.#hush();
    this.#scroll.before();
  }

  after() {
    this.#decorate();
    this.#scroll.after();
    // Who is away comes back to where they stopped reading.
    if (!browser.visible && this.#scroll.atEnd && this.#line) this.#scroll.back(this.#line);
    this.look();
  }

  /** These items have come, or a whole page: @returns {object[]} the data of those that are new messages */
  take(items, page) {
    const live = items.filter(({ removed, data }) => !removed && data?.number).map(({ data }) => data);
    const attentive = this.#attentive;
    const isOwn = ({ author }) => String(author) === this.#room.dataset.person;
    const isNew = (data) => this.#reading.arrived(data.number, { own: isOwn(data), attentive });
    const fresh = (page ? this.#messages : live).filter(isNew);
    if (!this.#scroll.atEnd) this.#jump.missed(fresh.length);
    return fresh;
  }

  /** The person has read up to there, in another tab or on another device. */
  heard(number) {
    this.#reading.heard(number);
  }

  /** To the newest message, wherever it is. */
  toEnd() {
    const newest = this.#room.querySelector("[data-newer]");
    if (newest) return location.assign(newest.href);
    this.#scroll.toEnd();
    this.look();
  }

  /** Look whether the person sees the newest message, and tell the server. */
  look() {
    this.#jump.show(this.#scroll.atEnd);
    if (this.#attentive && this.#reading.saw()) this.#on.read(this.#reading.read);
    this.tell();
  }

  tell() {
    if (this.#timers.has("tell")) return;
    const told = this.#reading.tell((number) => this.#on.tell(number));
    if (told) this.#timers.set("tell", TELL, () => this.tell());
  }

  #jumped() {
    this.toEnd();
    this.#list.parentElement.focus({ preventScroll: true }); // the button is gone
  }

  /** A page of messages that comes at once is not read out. */
  #hush() {
    this.#list.setAttribute("aria-live", "off");
    this.#timers.set("hush", HUSH, () => this.#list.removeAttribute("aria-live"));
  }

  #decorate() {
    const { person, unread } = this.#room.dataset;
    const menuButton = this.#room.querySelector("[data-menu-button]");
    decorate(this.#list, this.#on.pending(), { person, line: this.#reading.line, words: { unread }, menuButton });
  }

  get #line() {
    return this.#list.querySelector(".unread-divider");
  }

  get #attentive() {
    return browser.visible && this.#scroll.atEnd && !this.#room.querySelector("[data-newer]");
  }

  get #messages() {
    const shown = [...this.#list.children].filter(({ dataset }) => dataset.number);
    return shown.map(({ dataset: { number, author } }) => ({ number: Number(number), author }));
  }
}
