import { Backoff } from "../realtime/backoff.js";
import { Connection } from "../realtime/connection.js";
import { browser, fetchText } from "../realtime/environment.js";
import { localTimes } from "../realtime/local-time.js";
import { elementOf } from "../realtime/page.js";

const SHOWN = 3;
const TITLE = 120; // characters
const kept = new Map(); // list URL -> <ol>: a card that is replaced goes on with what it showed

/**
 * <live-highlights socket changes list>: the last updates of one live blog, newest first, in an <ol data-head> that the
 * page brings; `list` is where to get it otherwise. It has a socket while it can be seen.
 */
class LiveHighlights extends HTMLElement {
  #connection = null;
  #observer = new IntersectionObserver(([entry]) => (entry.isIntersecting ? this.#start() : this.#stop()));
  #loading = null;

  connectedCallback() {
    const before = kept.get(this.getAttribute("list"));
    if (!this.#list && before) this.append(before);
    this.#observer.observe(this);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    this.#stop();
  }

  get #list() {
    return this.querySelector("ol");
  }

  #start() {
    if (this.#connection || this.#loading) return;
    if (!this.#list) return this.#load(0);
    kept.set(this.getAttribute("list"), this.#list);
    this.#connection = new Connection({
      socket: this.getAttribute("socket"),
      changes: this.getAttribute("changes"),
      version: Number(this.#list.dataset.head),
    });
    this.#connection.addEventListener("changes", ({ detail }) => this.#change(detail));
    this.#connection.addEventListener("reset", ({ detail }) => this.#load(detail.version));
    this.#connection.start();
  }

  #stop() {
    this.#loading?.abort();
    this.#loading = null;
    this.#connection?.stop();
    this.#connection = null;
  }

  #change({ version, items }) {
    const list = this.#list;
    const full = list.children.length === SHOWN;
    const floor = full ? timeOf(list.lastElementChild) : ""; // what is older may be newer than others we don't know
    for (const item of items.filter(({ id }) => id.startsWith("entry-"))) {
      const old = [...list.children].find((each) => each.dataset.id === item.id);
      if (item.version <= Number(old?.dataset.version ?? 0)) continue;
      old?.remove();
      if (!item.removed && timeOf({ dataset: item }) >= floor) this.#place(elementFor(item));
    }
    list.dataset.head = Math.max(Number(list.dataset.head), version);
    if (full && list.children.length < SHOWN) return this.#load(version);
    while (list.children.length > SHOWN) list.lastElementChild.remove();
  }

  #place(fresh) {
    localTimes(fresh);
    this.#list.insertBefore(fresh, [...this.#list.children].find((each) => timeOf(each) < timeOf(fresh)) ?? null);
  }

  /** Take the list as it is at this version or later, and go on from there. */
  async #load(version) {
    this.#stop();
    const loading = (this.#loading = new AbortController());
    const backoff = new Backoff(browser.random, { cap: 30 });
    for (let cache = "default"; ; cache = "reload") {
      const options = { cache, signal: loading.signal };
      const { ok, status, text } = await fetchText(browser, this.getAttribute("list"), options).catch(() => ({}));
      if (this.#loading !== loading || status === 404) return;
      const list = ok ? elementOf(text) : null;
      if (Number(list?.dataset.head) >= version) {
        localTimes(list);
        this.replaceChildren(list);
        break;
      }
      await new Promise((resume) => browser.setTimeout(resume, backoff.next() * 1000));
      if (this.#loading !== loading) return;
    }
    this.#loading = null;
    this.#start();
  }
}

/** A position without what comes before the time: what is pinned is as new as it is. */
function timeOf({ dataset }) {
  return dataset.position.slice(2);
}

/** As liveblog/highlights/list.html has it. */
function elementFor({ id, version, position, html, data }) {
  const update = document.createElement("li");
  Object.assign(update.dataset, { id, version, position });
  const link = Object.assign(document.createElement("a"), { href: data.url });
  const time = Object.assign(document.createElement("time"), { dateTime: data.published_at });
  time.dataset.format = "clock";
  const title = Object.assign(document.createElement("span"), { dir: "auto", textContent: titleOf(html, data) });
  link.append(time, " ", title);
  update.append(link);
  return update;
}

function titleOf(html, { headline, image }) {
  const text = oneLine(headline) || oneLine(elementOf(html)?.querySelector(".prose")?.textContent ?? "");
  return oneLine(headline) ? text : shortened([...(text || (image?.alt ?? ""))]);
}

/** As sharing.py has it: by characters, not code units. */
function shortened(characters) {
  if (characters.length <= TITLE) return characters.join("");
  const end = characters.slice(0, TITLE).lastIndexOf(" ");
  return `${characters.slice(0, end > 0 ? end : TITLE - 1).join("")}…`;
}

// As sharing.py has them: what cannot be read, and what Python takes for a blank.
const UNREADABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const BLANKS = /[\t\n\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

function oneLine(text) {
  return text.replace(UNREADABLE, "").split(BLANKS).filter(Boolean).join(" ");
}

customElements.define("live-highlights", LiveHighlights);
