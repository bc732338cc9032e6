import { uuid } from "../../realtime/uuid.js";

const AGAIN = 3; // seconds until what may or may not have been done is sent again

/**
 * What is asked of the server and not answered yet. Every action has an id of ours, by which its answer is known. What
 * is unanswered is sent again after a reconnect: a message is stored once, and the rest may be done twice.
 */
export class Actions {
  #send;
  #post;
  #timers;
  #state = "connecting";
  #unanswered = new Map(); // id -> {action, resolve}

  /**
   * @param send (action) => boolean: over the socket, false if there is none
   * @param post (action) => Promise of the answer, null if none came: without a socket
   */
  constructor({ send, post, timers }) {
    this.#send = send;
    this.#post = post;
    this.#timers = timers;
  }

  /** @returns {Promise<object>} the ack or the error, after however many attempts it takes */
  perform(action) {
    const identified = { ...action, id: action.id ?? uuid() };
    return new Promise((resolve) => {
      this.#unanswered.set(identified.id, { action: identified, resolve });
      this.#attempt(identified);
    });
  }

  /** What needs no answer: it goes out now, or not at all. @returns {boolean} whether it did */
  tell(action) {
    if (this.#state !== "polling") return this.#send(action);
    this.#post(action);
    return true;
  }

  /** The state of the connection: what is unanswered goes out as soon as that is possible. */
  set state(state) {
    if (state === this.#state) return;
    this.#state = state;
    for (const { action } of this.#unanswered.values()) this.#attempt(action);
  }

  /** A frame from the server that may be an answer. */
  hear(frame) {
    const waiting = this.#unanswered.get(frame.id);
    if (!waiting || (frame.type !== "ack" && frame.type !== "error")) return;
    if (frame.code === "unavailable") return this.#later(waiting.action);
    this.#timers.clear(frame.id);
    this.#unanswered.delete(frame.id);
    waiting.resolve(frame);
  }

  #attempt(action) {
    this.#timers.clear(action.id);
    if (this.#state === "live") this.#send(action);
    if (this.#state !== "polling") return;
    this.#post(action).then((answer) => (answer ? this.hear({ ...answer, id: action.id }) : this.#later(action)));
  }

  #later(action) {
    if (this.#unanswered.has(action.id)) this.#timers.set(action.id, AGAIN, () => this.#attempt(action));
  }
}
