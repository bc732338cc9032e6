import { Backoff, around } from "./backoff.js";
import { ChangesRequest } from "./changes-request.js";
import { Timers, browser } from "./environment.js";
import { PROTOCOL, isGone, isTerminal } from "./frames.js";
import { Socket } from "./socket.js";

// Seconds.
const PROOF = 5; // a socket that lives this long after its hello starts the backoff over
const SPREAD = 3; // over this, the readers of a server that restarts or is overloaded come back
const LATER = 60; // until the next attempt after "too many connections"
const CHECK = 60; // between looks at an ended stream
const POLL = 3;
const SOCKET_RETRY = { first: 5, last: 60 }; // while polling, doubling in between

const BLOCKED = 3; // attempts without a hello, after which the changes URL is tried instead
const TOO_MANY = 4029;
const SENT_AWAY = [1001, 1012, 1013]; // many at a time

/**
 * Keeps one reader in step with one stream. It knows no DOM; it dispatches CustomEvents:
 *
 * - "changes", detail {after, version, items}: apply the items, but none older than what is known of its id;
 * - "reset", detail {version}: take the page again, at this version or above; later changes build on it;
 * - "frame", detail: any frame whose type is not the connection's own business;
 * - "state", detail {state, seconds, code}: "connecting"; "live"; "polling"; "reconnecting" or "offline",
 *   with the seconds until the next attempt, 0 while one is made; "ended"; and for good "gone" or "stopped",
 *   with the close code that says why, null if the server speaks another version of the protocol.
 */
export class Connection extends EventTarget {
  #url;
  #version;
  #environment;
  #timers;
  #backoff;
  #changes;
  #listeners = new AbortController();
  #status = { state: "connecting", seconds: 0, code: null };
  #socket = null;
  #unreached = 0; // attempts in a row that never came to a hello
  #socketRetry = SOCKET_RETRY.first;

  /** @param stream {socket, changes, version}; URLs may be relative to the page; changes may be missing */
  constructor({ socket, changes, version, environment = browser }) {
    super();
    this.#url = socket;
    this.#version = version;
    this.#environment = environment;
    this.#timers = new Timers(environment);
    this.#backoff = new Backoff(environment.random);
    this.#changes = new ChangesRequest(changes, environment);
  }

  /** The version up to which every change has been dispatched. */
  get version() {
    return this.#version;
  }

  get state() {
    return this.#status.state;
  }

  start() {
    const { window, document } = this.#environment;
    const { signal } = this.#listeners;
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    on(window, "online", () => this.#wake());
    on(window, "offline", () => this.state !== "ended" && this.#wait(this.#backoff.next()));
    on(document, "visibilitychange", () => this.#environment.visible && this.#wake());
    // An open socket would keep the page out of the back/forward cache.
    on(window, "pagehide", () => this.#halt());
    on(window, "pageshow", () => this.#wake());
    this.#emit("state", this.#status);
    this.#connect();
  }

  stop() {
    this.#halt();
    this.#listeners.abort();
  }

  /** Send an action to the server. @returns {boolean} false if there is no open socket */
  send(action) {
    return this.#socket?.send(action) ?? false;
  }

  /** Do not wait for the next attempt. */
  retry() {
    if (!this.#socket && this.state !== "ended" && !this.#timers.has("later")) this.#connect();
  }

  #connect() {
    this.#timers.clear("retry", "later", "tick", "socket", "proof");
    if (!["connecting", "polling", "ended"].includes(this.state)) this.#showWait(0);
    const url = new URL(this.#url, this.#environment.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("after", this.#version);
    this.#socket?.close();
    const handlers = { received: (frame) => this.#receive(frame), ended: (code) => this.#closed(code) };
    this.#socket = new Socket(url.href, this.#environment, handlers);
  }

  #receive(frame) {
    if (frame.type === "hello") this.#greet(frame);
    else if (frame.type === "heartbeat") this.#resumeUnless(frame.version <= this.#version);
    else if (frame.type === "changes" || frame.type === "reset") this.#resumeUnless(this.#accept(frame));
    else this.#emit("frame", frame);
  }

  #greet({ protocol }) {
    if (protocol !== PROTOCOL) return this.#finish(null);
    this.#timers.clear("poll", "socket", "check");
    this.#changes.cancel();
    this.#socketRetry = SOCKET_RETRY.first;
    // An ended stream says hello, catches up and closes again: "live" in between would only flicker.
    if (this.state !== "ended") this.#show("live");
    this.#timers.set("proof", PROOF, () => {
      this.#backoff.reset();
      this.#show("live");
    });
  }

  /** @returns {boolean} false if the changes start above our version: something in between is missing */
  #accept(frame) {
    if (frame.type === "changes" && frame.after > this.#version) return false;
    // A reset may lead down: the stream may have been restored from a backup.
    this.#version = frame.type === "reset" ? frame.version : Math.max(this.#version, frame.version);
    this.#emit(frame.type, frame);
    return true;
  }

  #resumeUnless(inStep) {
    if (!inStep) this.#socket.fail(); // the next one starts from our version
  }

  #closed(code) {
    // A code of the application's own has come through as well as any hello.
    const reached = this.#socket.greeted || code >= 4000;
    // One that nobody answered took long enough; one that was refused may only mean a restart.
    this.#unreached = reached ? 0 : this.#unreached + (this.#socket.silent ? BLOCKED : 1);
    this.#socket = null;
    if (code === 1000) return this.#end();
    if (isTerminal(code)) return this.#finish(code);
    if (this.state === "polling") return this.#retrySocket();
    if (this.#unreached >= BLOCKED) return this.#poll();
    if (code === TOO_MANY) return this.#wait(this.#around(LATER), "later");
    this.#wait(this.#backoff.next(SENT_AWAY.includes(code) ? SPREAD : 0));
  }

  /** Try again in `seconds`; "later" is no sooner, whatever happens. */
  #wait(seconds, timer = "retry") {
    this.#halt();
    this.#timers.set(timer, seconds, () => this.#connect());
    this.#countDown(this.#environment.now() + seconds * 1000);
  }

  #countDown(due) {
    const left = Math.max(0, Math.ceil((due - this.#environment.now()) / 1000));
    this.#showWait(left);
    if (left > 1) this.#timers.set("tick", 1, () => this.#countDown(due));
  }

  // Where sockets are blocked, the changes URL serves the same answers. A socket is tried now and then.
  #poll() {
    this.#changes.ask(this.#version, ({ frame, code }) => {
      if (code) return this.#finish(code);
      const before = this.#version;
      if (!frame || !this.#accept(frame)) return this.#wait(this.#backoff.next());
      for (const other of frame.frames) this.#emit("frame", other);
      if (this.#stopped) return;
      this.#backoff.reset();
      this.#show("polling");
      const atOnce = frame.more && this.#version > before;
      this.#timers.set("poll", atOnce ? 0 : this.#around(POLL), () => this.#poll());
      if (!this.#socket && !this.#timers.has("socket")) this.#retrySocket();
    });
  }

  #retrySocket() {
    this.#timers.set("socket", this.#around(this.#socketRetry), () => this.#connect());
    this.#socketRetry = Math.min(SOCKET_RETRY.last, this.#socketRetry * 2);
  }

  #end() {
    this.#halt();
    this.#show("ended");
    this.#checkLater();
  }

  // Corrections come after the end too, and the end may be taken back: then a socket is worth a try.
  #checkLater() {
    this.#timers.set("check", this.#around(CHECK), () => this.#check());
  }

  #check() {
    if (!this.#environment.visible) return; // #wake makes up for it
    this.#changes.ask(this.#version, ({ frame, code }) => {
      if (code) return this.#finish(code);
      const news = frame?.type === "reset" || frame?.items.length > 0;
      const applied = news && this.#accept(frame);
      if (this.#stopped) return;
      if (applied) this.#connect();
      else this.#checkLater();
    });
  }

  /** Reader or network are back, or the page from the back/forward cache: do not wait out any timer. */
  #wake() {
    if (this.state === "ended") {
      if (!this.#socket && !this.#timers.has("check")) this.#check();
    } else if (this.state === "polling") {
      this.#poll();
    } else if (this.#socket ? this.#socket.silent : !this.#timers.has("later")) {
      this.#connect();
    }
  }

  /** Give up whatever is under way. */
  #halt() {
    this.#timers.clear();
    this.#changes.cancel();
    this.#socket?.close();
    this.#socket = null;
  }

  #finish(code) {
    this.stop();
    this.#show(isGone(code) ? "gone" : "stopped", { code });
  }

  /** A listener may stop us while we dispatch to it. */
  get #stopped() {
    return this.#listeners.signal.aborted;
  }

  #around(seconds) {
    return around(seconds, this.#environment.random);
  }

  #showWait(seconds) {
    this.#show(this.#environment.online ? "reconnecting" : "offline", { seconds });
  }

  #show(state, { seconds = 0, code = null } = {}) {
    if (state === this.state && seconds === this.#status.seconds) return;
    this.#status = { state, seconds, code };
    this.#emit("state", this.#status);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
