import { browser } from "../realtime/environment.js";
import { decorate, isBy } from "./decorate.js";
import { Reading } from "./reading.js";
import { Scroll } from "./scroll.js";

const TELL = 2; // seconds between two notices of how far one has read

/** The messages of a room as one person reads them: their order on the page, what is new, where they are. */
export class Conversation {
  #room;
  #stream;
  #list;
  #timers;
  #on;
  #reading;
  #scroll;
  #missed = 0; // messages that came while the reader was further up

  /**
   * @param room the <chat-room>; @param stream its <live-stream>
   * @param on {pending() => elements of messages on their way, tell(number) => whether the server was told}
   */
  constructor(room, stream, { timers, on, signal }) {
    this.#room = room;
    this.#stream = stream;
    this.#list = stream.querySelector("[data-items]");
    this.#timers = timers;
    this.#on = on;
    this.#reading = new Reading(Number(room.dataset.read ?? 0), this.#newest);
    const older = () => stream.loadOlder();
    this.#scroll = new Scroll(this.#list.parentElement, { moved: () => this.look(), older, signal });
    room.querySelector("[data-jump]").addEventListener("click", () => this.#jump(), { signal });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
  }

  /** Open at the message that the address names, or above what is new, or at the end. */
  start() {
    this.#decorate();
    const place = this.#list.querySelector(":target") ?? this.#list.querySelector(".unread-divider");
    if (place) this.#scroll.to(place);
    else this.#scroll.toEnd();
    this.look();
  }

  /** What is shown is about to change; after() follows. */
  before() {
    this.#scroll.before();
  }

  after() {
    this.#decorate();
    this.#scroll.after();
    this.look();
  }

  /** These items have come: @returns {object[]} those of them that are new messages */
  take(items) {
    const attentive = this.#attentive;
    const isNew = ({ removed, data }) => !removed && data.number && this.#reading.arrived(data.number, {
      own: String(data.author) === this.#room.dataset.person,
      attentive,
    });
    const fresh = items.filter(isNew);
    if (!this.#scroll.atEnd) this.#missed += fresh.length;
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
    const { atEnd } = this.#scroll;
    if (atEnd) this.#missed = 0;
    const jump = this.#room.querySelector("[data-jump]");
    jump.hidden = atEnd;
    jump.querySelector("[data-count]").textContent = this.#missed || "";
    if (this.#attentive) this.#reading.saw();
    this.tell();
  }

  tell() {
    if (this.#timers.has("tell")) return;
    const told = this.#reading.tell((number) => this.#on.tell(number));
    if (told) this.#timers.set("tell", TELL, () => this.tell());
  }

  #jump() {
    this.toEnd();
    this.#list.parentElement.focus({ preventScroll: true }); // the button is gone
  }

  #decorate() {
    const { person, unread } = this.#room.dataset;
    const template = this.#room.querySelector("[data-menu-button]");
    const options = { person, line: this.#reading.line, words: { unread }, menuButton: template };
    decorate(this.#list, this.#on.pending(), options);
  }

  get #attentive() {
    return browser.visible && this.#scroll.atEnd && !this.#room.querySelector("[data-newer]");
  }

  get #newest() {
    const numbers = [...this.#list.children].map(({ dataset }) => Number(dataset.number ?? 0));
    return Math.max(0, ...numbers);
  }
}
