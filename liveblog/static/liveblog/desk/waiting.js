import { stored } from "../../realtime/stored.js";

const SOON = 400; // milliseconds: what is answered before is not shown as waiting

/**
 * Posts on their way, oldest first: each has left the composer, and is sent in its turn. They are kept in the browser
 * until the server has answered, so that a reload or a crash sends them again: under the same token, and stored once.
 * Their files are not kept: such a post is held, and comes back into the composer for its picture to be picked again.
 *
 * A post is {fields, file, at, held}, `held` being what is wrong with it, null while it is to be sent. It dispatches
 * "stored" with the server's answer.
 */
export class Waiting extends EventTarget {
  #desk;
  #composer;
  #list;
  #prefix;
  #posts = new Map(); // by the token under which a post is sent
  #sending = false;
  #offline = false;

  /** @param composer where a post that was refused goes, unless something else is being written there */
  constructor(desk, composer) {
    super();
    const { entries, person } = desk.root.dataset;
    this.#desk = desk;
    this.#composer = composer;
    this.#list = desk.root.querySelector("[data-waiting]");
    this.#prefix = `waiting ${person} ${entries} `;
    for (const post of this.#kept()) this.#put(post);
    this.#send();
  }

  get size() {
    return this.#posts.size;
  }

  add(fields, file) {
    this.#put({ fields, file, at: Date.now(), held: null });
    this.#send();
  }

  /** Say of what is on its way whether it waits for the network. */
  waitForNetwork(offline) {
    this.#offline = offline;
    this.#show();
  }

  /** Put a post back to be written on, or show what is wrong with it as long as another is. */
  back(post, errors) {
    if (this.#composer.unsent) return this.#put({ ...post, held: errors });
    this.#drop(post);
    this.#composer.take(post, errors);
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    for (let post; (post = [...this.#posts.values()].find(({ held }) => !held)); ) {
      const { status, body } = await this.#desk.requests.post(this.#desk.root.dataset.entries, formOf(post));
      if (status === 200) {
        this.#drop(post);
        this.dispatchEvent(new CustomEvent("stored", { detail: body }));
      } else this.back(post, errorsOf(body, this.#desk.root.dataset));
    }
    this.#sending = false;
  }

  /** Into the composer; what is being written there waits here instead. */
  #edit(post) {
    const other = this.#composer.unsent ? this.#composer.content : null;
    this.#drop(post);
    if (other) this.#put({ ...other, at: Date.now(), held: [] });
    this.#composer.take(post, post.held);
  }

  #put(post) {
    this.#posts.set(post.fields.once, post);
    const { file, ...rest } = post;
    this.#stored(post).save(JSON.stringify({ ...rest, lost: Boolean(file) }));
    this.#show();
    if (!post.held) setTimeout(() => this.#show(), SOON);
  }

  #drop(post) {
    this.#posts.delete(post.fields.once);
    this.#stored(post).save("");
    this.#show();
  }

  #stored({ fields }) {
    return stored("localStorage", this.#prefix + fields.once);
  }

  #kept() {
    const { lost } = this.#desk.root.dataset;
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix));
      const posts = keys.map((key) => JSON.parse(localStorage.getItem(key))).sort((a, b) => a.at - b.at);
      return posts.map((post) => ({ ...post, file: null, held: post.lost ? [...(post.held ?? []), lost] : post.held }));
    } catch {
      return [];
    }
  }

  #show() {
    const due = Date.now() - SOON;
    const shown = [...this.#posts.values()].filter(({ at, held }) => held || at <= due);
    this.#list.hidden = !shown.length;
    this.#list.replaceChildren(...shown.map((post) => this.#item(post)));
  }

  #item(post) {
    const { waits, offline, edit } = this.#desk.root.dataset;
    const { headline, body } = post.fields;
    const item = document.createElement("li");
    item.dataset.state = post.held ? "held" : "waiting";
    const text = [headline, body, post.file?.name].filter(Boolean).join(" · ");
    item.append(element("p", text), element("p", post.held ? post.held.join(" ") : this.#offline ? offline : waits));
    item.firstChild.dir = "auto";
    if (!post.held) return item;
    item.append(Object.assign(element("button", edit), { type: "button", onclick: () => this.#edit(post) }));
    return item;
  }
}

/** What an answer says is wrong. */
export function errorsOf(body, { failed }) {
  return body.errors ? Object.values(body.errors).flat() : [body.said ?? failed];
}

function formOf({ fields, file }) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== false) data.append(name, value);
  if (file) data.append("image", file);
  return data;
}

function element(name, textContent) {
  return Object.assign(document.createElement(name), { textContent });
}
