import { Connection } from "./connection.js";
import { browser } from "./environment.js";
import { Items } from "./items.js";
import { localTimes } from "./local-time.js";
import { describe, elementOf, fetchStream, focusInto, keepingFocus } from "./page.js";
import { showStatus } from "./status-line.js";

const NEW = 5; // seconds for which an item that just arrived carries data-new
const OLDER_TRIES = 4;

/**
 * <live-stream socket changes version order>: wraps server-rendered items and keeps them up to date.
 *
 * Its attribute `version` always says which version of the stream is shown; `connection` is there for whoever
 * has something to send. Inside it looks for [data-status], the status line; [data-items], the list; items
 * with a place of their own elsewhere; [data-older], a link to the page of older items; and [data-newer],
 * which says that newer ones are on another page, so that none is added above the first; and [data-retry], a button. One that was put on another
 * page than its own says in its attribute `page` where that is.
 *
 * It dispatches "state" and "frame" as its connection does (connection.js), and two events around every change
 * of what it shows, for whoever arranges things around the items: "changing", and "changed" with the detail
 * {items, page}: the live items, in the order they came, and the fetched page's <live-stream> that older items or
 * a reset came from, null for live ones.
 */
export class LiveStream extends HTMLElement {
  /** Tests put in their own, before the element is connected. */
  environment = browser;

  /** @type {?Connection} */
  connection = null;

  #items;
  #loading = null; // AbortController of the page that is being fetched
  #held = null; // live items that wait for that page
  #waiting = null; // those that wait while the reader has paused
  #plainLink = false;

  connectedCallback() {
    localTimes(this);
    this.#items = new Items(describe(this), this.getAttribute("order"));
    this.connection = new Connection({
      socket: this.getAttribute("socket"),
      changes: this.getAttribute("changes"),
      version: this.version,
      environment: this.environment,
    });
    this.connection.addEventListener("state", ({ detail }) => this.#showState(detail));
    this.connection.addEventListener("frame", ({ detail }) => this.#emit("frame", detail));
    this.connection.addEventListener("changes", ({ detail }) => this.#change(detail.items));
    this.connection.addEventListener("reset", ({ detail }) => this.#reset(detail.version));
    this.addEventListener("click", this);
    this.connection.start();
  }

  disconnectedCallback() {
    this.connection.stop();
    this.#loading?.abort();
    this.#loading = this.#held = null;
    if (this.paused) this.#waiting = []; // they come again, since `version` is what is shown
  }

  /**
   * While it is paused what comes waits, but for what is removed, which goes at once. The event "waiting" has their
   * number in its detail, {count}.
   */
  get paused() {
    return this.#waiting !== null;
  }

  set paused(paused) {
    if (paused === this.paused) return;
    const items = this.#waiting;
    this.#waiting = paused ? [] : null;
    if (items?.length) this.#change(items);
  }

  /** Show the newest first, or the oldest: "newest-first", "oldest-first". */
  reorder(order) {
    this.setAttribute("order", order);
    this.#items.turn(order);
    const items = [...this.#list.querySelectorAll(":scope > [data-position]")];
    items.sort((a, b) => (this.#items.comesAfter(a.dataset.position, b.dataset.position) ? 1 : -1));
    this.#list.append(...items);
    const older = this.querySelector("[data-older]");
    if (older && order === "oldest-first") this.#list.before(older);
    else if (older) this.append(older);
    this.#emit("changed", { items: [], page: null });
  }

  /** Connect again, from what is shown: after a sign-in, for one. */
  restart() {
    this.disconnectedCallback();
    this.connectedCallback();
  }

  /** The version of the stream that is shown. */
  get version() {
    return Number(this.getAttribute("version"));
  }

  set version(version) {
    this.setAttribute("version", version);
  }

  handleEvent(event) {
    if (event.target.closest("[data-retry]")) return this.connection.retry();
    const link = event.target.closest("[data-older]");
    const modified = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || modified || this.#plainLink) return;
    event.preventDefault();
    this.loadOlder();
  }

  /** Add the page that the link to older items leads to, unless there is none or it could not be had before. */
  loadOlder() {
    const link = this.querySelector("[data-older]");
    if (link && !this.#loading && !this.#plainLink) this.#loadOlder(link);
  }

  #showState(status) {
    const element = this.querySelector("[data-status]");
    if (element) showStatus(element, status);
    if (status.state === "gone" || status.state === "stopped") this.#loading?.abort();
    this.#emit("state", status);
  }

  #change(items) {
    if (this.#held) {
      this.#held.push(...items);
      return;
    }
    if (this.#waiting) return this.#wait(items);
    this.#alter({ items, page: null }, () => {
      for (const item of items) {
        const added = this.#carryOut(this.#items.take(item), item.id, () => elementOf(item.html));
        if (added) this.#highlight(added);
      }
      this.version = Math.max(this.version, this.connection.version);
    });
  }

  #wait(items) {
    this.#waiting.push(...items);
    const removed = items.filter((item) => item.removed);
    if (removed.length) {
      this.#alter({ items: removed, page: null }, () => {
        for (const item of removed) this.#carryOut(this.#items.take(item), item.id);
      });
    }
    this.#emit("waiting", { count: new Set(this.#waiting.filter((item) => !item.removed).map(({ id }) => id)).size });
  }

  #alter(detail, change) {
    this.#emit("changing", detail);
    change();
    this.#emit("changed", detail);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /**
   * Carry out a decision of `Items` about the item `id`, whose new element `make` brings.
   * @returns {Element|undefined} that element, if the item was not on the page before
   */
  #carryOut({ op, before }, id, make) {
    if (op === "keep") return undefined;
    const old = this.#find(id);
    if (op === "remove") return old?.remove();
    const fresh = make();
    if (!fresh) return undefined;
    localTimes(fresh);
    keepingFocus(old, fresh, () => {
      if (op === "replace") return old?.replaceWith(fresh);
      old?.remove();
      this.#list?.insertBefore(fresh, this.#find(before));
    });
    return old ? undefined : fresh;
  }

  get #list() {
    return this.querySelector("[data-items]");
  }

  /** An address as it is meant on the page that the stream came with; "" is that page's own. */
  #address(link) {
    const own = new URL(this.getAttribute("page") ?? "", this.environment.location.href);
    return new URL(link, own).href;
  }

  #find(id) {
    const element = document.getElementById(id);
    return this.contains(element) ? element : null;
  }

  // For CSS to notice. It goes after a while, so that in the end the page is the same as one loaded afresh.
  #highlight(element) {
    element.setAttribute("data-new", "");
    this.environment.setTimeout(() => element.removeAttribute("data-new"), NEW * 1000);
  }

  async #loadOlder(link) {
    link.setAttribute("aria-busy", "true");
    const options = { version: this.version, cache: "default", tries: OLDER_TRIES };
    const loaded = await this.#load(this.#address(link.getAttribute("href")), options, (stream) => {
      const page = describe(stream);
      const decisions = this.#items.extend(page);
      const added = page.items.map(({ id, element }, n) => this.#carryOut(decisions[n], id, () => element));
      // If the link goes, whoever pressed it by keyboard goes on with what it brought.
      if (!page.older && document.activeElement === link) focusInto(added.find(Boolean));
      this.#setOlderLink(stream);
    });
    link.removeAttribute("aria-busy");
    this.#plainLink = !loaded; // then the next click follows it, as it would without this script
  }

  #reset(version) {
    const options = { version, cache: "reload", tries: Infinity };
    this.#load(this.#address(""), options, (stream) => {
      const page = describe(stream);
      const stale = [...(this.#list?.childNodes ?? [])];
      this.#items = new Items(page, this.getAttribute("order"));
      for (const { id, position, element } of page.items) {
        this.#carryOut({ op: position === null ? "replace" : "place", before: null }, id, () => element);
      }
      for (const node of stale) node.remove();
      this.#setOlderLink(stream);
      this.version = page.version;
      if (this.paused) this.#waiting = []; // they are part of that page
    });
  }

  #setOlderLink(stream) {
    const link = this.querySelector("[data-older]");
    const next = stream.querySelector("[data-older]");
    if (link && next) {
      link.setAttribute("href", next.getAttribute("href"));
      link.textContent = next.textContent; // which may say how many there are
    } else if (link) link.remove();
    else if (next && this.getAttribute("order") === "oldest-first") this.#list?.before(next);
    else if (next) this.append(next);
  }

  /**
   * Fetch a page of this stream and `use` it. Live items wait meanwhile and then go over it, or a busy stream
   * would always be ahead of the page that is on its way.
   * @returns {Promise<boolean>} whether it was used
   */
  async #load(url, options, use) {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#held = []; // those that waited for an earlier page are part of this one
    const { signal } = loading;
    const socket = this.getAttribute("socket");
    const stream = await fetchStream(this.environment, url, { ...options, socket, signal });
    if (this.#loading !== loading) return false;
    const held = this.#held;
    this.#loading = this.#held = null;
    if (stream) this.#alter({ items: [], page: stream }, () => use(stream));
    this.#change(held);
    return stream !== null;
  }
}

customElements.define("live-stream", LiveStream);
