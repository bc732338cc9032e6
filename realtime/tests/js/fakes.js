/** A world for the client in which the test is the network, the clock and the reader. */

class FakeSocket {
  readyState = 0;
  sent = [];

  constructor(url) {
    this.url = url;
  }

  /** The `after` it was opened with. */
  get after() {
    return Number(new URL(this.url).searchParams.get("after"));
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  // What the server does:

  text(text) {
    this.readyState = 1;
    this.onmessage?.({ data: text });
  }

  frame(frame) {
    this.text(JSON.stringify(frame));
  }

  hello(version, fields = {}) {
    this.frame({ type: "hello", protocol: 1, version, heartbeat: 20, ...fields });
  }

  changes(after, version, items = []) {
    this.frame({ type: "changes", after, version, items });
  }

  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

export class World {
  sockets = [];
  requests = [];
  window = new EventTarget();
  document = new EventTarget();
  location = { href: "https://news.example/liveblog/demo/" };
  visible = true;
  online = true;
  /** Every random number, 0 to 1. */
  chance = 0.5;
  /** What a request is answered with: a string, a status, an Error, or undefined to leave it open. */
  answer = () => new Error("no network");

  #now = 1_795_370_000_000;
  #timers = new Map();
  #lastTimer = 0;

  // What the client sees (environment.js):

  open = (url) => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  };

  fetch = (url, init) =>
    new Promise((resolve, reject) => {
      this.requests.push({ url, ...init });
      init.signal.addEventListener("abort", () => reject(init.signal.reason));
      const answer = this.answer(url, init);
      if (answer instanceof Error) reject(answer);
      else if (typeof answer === "number") resolve(new Response("", { status: answer }));
      else if (answer !== undefined) resolve(new Response(answer));
    });

  setTimeout = (action, milliseconds) => {
    this.#timers.set(++this.#lastTimer, { action, due: this.#now + milliseconds });
    return this.#lastTimer;
  };

  clearTimeout = (id) => this.#timers.delete(id);
  now = () => this.#now;
  random = () => this.chance;

  // What the test does:

  /** The socket opened last. */
  get socket() {
    return this.sockets.at(-1);
  }

  /** Let time pass, timer by timer, and answers arrive. */
  async pass(seconds) {
    const end = this.#now + seconds * 1000;
    await settled();
    for (;;) {
      const [id, next] = [...this.#timers].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
      if (!next || next.due > end) break;
      this.#now = Math.max(this.#now, next.due);
      this.#timers.delete(id);
      next.action();
      await settled();
    }
    this.#now = end;
  }

  /** Let time pass without any timer: the tab was frozen. */
  freeze(seconds) {
    this.#now += seconds * 1000;
  }

  get pendingTimers() {
    return this.#timers.size;
  }

  goOffline() {
    this.online = false;
    this.window.dispatchEvent(new Event("offline"));
  }

  goOnline() {
    this.online = true;
    this.window.dispatchEvent(new Event("online"));
  }

  hide() {
    this.visible = false;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  show() {
    this.visible = true;
    this.document.dispatchEvent(new Event("visibilitychange"));
  }

  leave() {
    this.window.dispatchEvent(new Event("pagehide"));
  }

  comeBack() {
    this.window.dispatchEvent(new Event("pageshow"));
  }
}

/** Promises that are ready have run. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** An answer of the changes URL. */
export const changes = (after, version, items = []) =>
  JSON.stringify({ type: "changes", after, version, items });

/** A published entry as an item. */
export const entry = (id, version, position, text = `v${version}`) => ({
  id,
  version,
  position,
  html: article(id, version, position, text),
  data: {},
});

export const removed = (id, version) => ({ id, version, removed: true });

export const article = (id, version, position, text = `v${version}`) =>
  `<article id="${id}" data-version="${version}" data-position="${position}">${text}</article>`;
