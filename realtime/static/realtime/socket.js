import { Timers } from "./environment.js";
import { parseFrame } from "./frames.js";

/** What a browser calls a connection that broke; also the code of those given up here. */
const LOST = 1006;

const GREETING = 10; // seconds from opening a socket to its hello

/** One WebSocket from its opening to its end: well-formed frames come out of it, and then one close code. */
export class Socket {
  /** Whether it had its hello. */
  greeted = false;

  #environment;
  #timers;
  #received;
  #ended;
  #socket = null;
  #heard = 0;
  #patience = GREETING; // seconds of silence after which it counts as dead

  /**
   * @param handlers received(frame) gets each frame, the first of which is the hello;
   *   ended(code) gets the close code, once, and not after close()
   */
  constructor(url, environment, { received, ended }) {
    this.#environment = environment;
    this.#timers = new Timers(environment);
    this.#received = received;
    this.#ended = ended;
    this.#listen();
    try {
      this.#socket = environment.open(url);
      this.#socket.onmessage = (event) => this.#receive(event.data);
      this.#socket.onclose = (event) => this.fail(event.code);
    } catch {
      // Refused by a content security policy, or unknown to the browser. Our maker cannot hear of it yet.
      this.#timers.set("silence", 0, () => this.fail());
    }
  }

  /** Whether it should have been heard of by now. A timer alone does not tell: it stops in a frozen tab. */
  get silent() {
    return this.#environment.now() - this.#heard >= this.#patience * 1000;
  }

  /** @returns {boolean} false if it is not open */
  send(action) {
    if (!this.greeted || this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(action));
    return true;
  }

  /** Close it without another word. */
  close() {
    this.#timers.clear();
    if (!this.#socket) return;
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  /** Close it and report `code`. */
  fail(code = LOST) {
    this.close();
    this.#ended(code);
  }

  #listen() {
    this.#heard = this.#environment.now();
    this.#timers.set("silence", this.#patience, () => this.fail());
  }

  #receive(data) {
    const frame = parseFrame(data);
    if (!frame || (!this.greeted && frame.type !== "hello")) return this.fail();
    if (frame.type === "hello") {
      this.greeted = true;
      this.#patience = 2 * frame.heartbeat + 2;
    }
    this.#listen();
    this.#received(frame);
  }
}
