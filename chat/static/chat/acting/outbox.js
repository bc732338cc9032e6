import { uuid } from "../../realtime/uuid.js";

/**
 * The person's messages on their way, in the order they were written. One is sent at a time, so that this is also
 * the order they are stored in. It knows no DOM. The state of an entry:
 *
 * - "queued": behind others; "sent": not answered yet; "waiting": the server wants it later, it is sent again;
 * - "stored": shown until the stream has brought the stored one;
 * - "failed": `detail` says why; it waits for retry() or discard(), and holds up no other.
 *
 * What the page shows as stored leaves it, whatever has become of the ack.
 */
export class Outbox {
  #perform;
  #pause;
  #changed;
  #arrived;
  #version = 0; // of the stream, as far as it is shown
  #entries = [];
  #sending = false;

  /**
   * @param perform (action) => Promise of the ack or error
   * @param pause (seconds) => Promise
   * @param changed () => void, called after every change
   * @param arrived (id) => boolean: whether the page shows the stored one
   */
  constructor({ perform, pause, changed, arrived }) {
    this.#perform = perform;
    this.#pause = pause;
    this.#changed = changed;
    this.#arrived = arrived;
  }

  /** What is to be shown: {id, text, time, state, detail}. */
  get shown() {
    return [...this.#entries];
  }

  /** What would be lost with the page: for restore(). */
  get unstored() {
    const entries = this.#entries.filter(({ state }) => state !== "stored");
    return entries.map(({ id, text, time }) => ({ id, text, time }));
  }

  add(text, time) {
    this.restore([{ id: uuid(), text, time }]);
  }

  /** Entries of an earlier page go out under their old ids: one may have been stored after all. */
  restore(entries) {
    for (const { id, text, time } of entries) {
      if (!this.#arrived(id)) this.#entries.push({ id, text, time, state: "queued", detail: "" });
    }
    this.#changed();
    this.#sendAll();
  }

  retry(id) {
    const entry = this.#find(id);
    if (entry?.state !== "failed") return;
    entry.state = "queued";
    this.#changed();
    this.#sendAll();
  }

  discard(id) {
    this.#drop((entry) => entry.id === id && entry.state === "failed");
  }

  /** The stream shows everything up to `version`. */
  reached(version) {
    this.#version = version;
    this.#drop((entry) => this.#arrived(entry.id) || this.#isOver(entry));
  }

  async #sendAll() {
    if (this.#sending) return;
    this.#sending = true;
    for (let entry; (entry = this.#entries.find(({ state }) => state === "queued")); ) await this.#send(entry);
    this.#sending = false;
  }

  async #send(entry) {
    this.#set(entry, { state: "sent", detail: "" });
    const answer = await this.#perform({ type: "send", id: entry.id, text: entry.text });
    if (answer.type === "ack") {
      this.#set(entry, { state: "stored", version: answer.version });
      return this.reached(this.#version);
    }
    if (answer.retry_after === undefined) {
      return this.#set(entry, { state: "failed", detail: answer.detail ?? "" });
    }
    this.#set(entry, { state: "waiting", detail: answer.detail ?? "" });
    await this.#pause(answer.retry_after);
    this.#set(entry, { state: "queued" });
  }

  /** Stored, and the stream has brought it: if the page does not show it, it is on another one, or deleted. */
  #isOver({ state, version }) {
    return state === "stored" && version <= this.#version;
  }

  #set(entry, fields) {
    Object.assign(entry, fields);
    this.#changed();
  }

  #drop(condition) {
    this.#entries = this.#entries.filter((entry) => !condition(entry));
    this.#changed();
  }

  #find(id) {
    return this.#entries.find((entry) => entry.id === id);
  }
}
