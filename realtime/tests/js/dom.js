/**
 * As much of a DOM as the client uses: elements, text, simple selectors, HTML in and out, focus, clicks.
 * Loading it makes it global, before live-stream.js is loaded, which needs HTMLElement at once.
 */

const VOID = new Set(["img", "br", "hr", "input"]);
const registry = new Map();

class Text {
  parentElement = null;

  constructor(data) {
    this.data = String(data);
  }

  get textContent() {
    return this.data;
  }

  get outerHTML() {
    return this.data;
  }

  remove() {
    detach(this);
  }
}

class Element {
  parentElement = null;
  childNodes = [];
  #attributes = new Map();
  #listeners = new Map();

  constructor(name = [...registry].find(([, type]) => type === new.target)?.[0]) {
    this.localName = name;
    this.dataset = new Proxy({}, {
      get: (_, key) => this.getAttribute(dataName(key)) ?? undefined,
      set: (_, key, value) => (this.setAttribute(dataName(key), value), true),
    });
  }

  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.#attributes.set(name, String(value));
  }

  hasAttribute(name) {
    return this.#attributes.has(name);
  }

  removeAttribute(name) {
    this.#attributes.delete(name);
  }

  get id() {
    return this.getAttribute("id") ?? "";
  }

  get href() {
    return new URL(this.getAttribute("href"), "https://news.example/liveblog/demo/").href;
  }

  get title() {
    return this.getAttribute("title") ?? "";
  }

  set title(title) {
    this.setAttribute("title", title);
  }

  get children() {
    return this.childNodes.filter((node) => node instanceof Element);
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get textContent() {
    return this.childNodes.map((node) => node.textContent).join("");
  }

  set textContent(text) {
    this.replaceChildren(String(text));
  }

  get isConnected() {
    return document.body.contains(this);
  }

  contains(node) {
    for (; node; node = node.parentElement) if (node === this) return true;
    return false;
  }

  append(...nodes) {
    for (const node of nodes) this.insertBefore(node, null);
  }

  insertBefore(node, reference) {
    if (typeof node === "string") node = new Text(node);
    node.remove();
    const index = reference === null ? this.childNodes.length : this.childNodes.indexOf(reference);
    if (index < 0) throw new Error("NotFoundError: the reference is no child of this element");
    this.childNodes.splice(index, 0, node);
    node.parentElement = this;
    if (this.isConnected) node.connectedCallback?.();
  }

  replaceChildren(...nodes) {
    for (const child of [...this.childNodes]) child.remove();
    this.append(...nodes);
  }

  before(node) {
    this.parentElement.insertBefore(node, this);
  }

  after(node) {
    const siblings = this.parentElement.childNodes;
    this.parentElement.insertBefore(node, siblings[siblings.indexOf(this) + 1] ?? null);
  }

  replaceWith(node) {
    this.before(node);
    this.remove();
  }

  remove() {
    const connected = this.isConnected;
    if (this.contains(document.activeElement)) document.activeElement = document.body;
    detach(this);
    if (connected) this.disconnectedCallback?.();
  }

  matches(selector) {
    return selector.split(",").some((alternative) => matchesCompound(this, alternative.trim()));
  }

  closest(selector) {
    return this.matches(selector) ? this : this.parentElement?.closest(selector) ?? null;
  }

  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  focus() {
    document.activeElement = this;
  }

  addEventListener(type, listener) {
    this.#listeners.set(type, listener);
  }

  /** Press it; returns the event. */
  click(fields = {}) {
    const event = { type: "click", target: this, defaultPrevented: false, ...fields };
    event.preventDefault = () => (event.defaultPrevented = true);
    for (let node = this; node; node = node.parentElement) node.dispatchEvent(event);
    return event;
  }

  dispatchEvent(event) {
    const listener = this.listener(event.type);
    if (listener?.handleEvent) listener.handleEvent(event);
    else listener?.(event);
  }

  listener(type) {
    return this.#listeners.get(type);
  }

  get innerHTML() {
    return this.childNodes.map((node) => node.outerHTML).join("");
  }

  set innerHTML(html) {
    this.replaceChildren(...parse(html));
  }

  get outerHTML() {
    const attributes = [...this.#attributes].map(([name, value]) => ` ${name}="${value}"`).join("");
    const start = `<${this.localName}${attributes}>`;
    return VOID.has(this.localName) ? start : `${start}${this.innerHTML}</${this.localName}>`;
  }
}

class Template extends Element {
  content = new Element("fragment");

  set innerHTML(html) {
    this.content.innerHTML = html;
  }
}

const dataName = (key) => "data-" + key.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());

function detach(node) {
  const siblings = node.parentElement?.childNodes;
  siblings?.splice(siblings.indexOf(node), 1);
  node.parentElement = null;
}

function matchesCompound(element, selector) {
  const [, name, conditions] = /^([\w-]*)((?:\[[^\]]+\])*)$/.exec(selector) ?? fail(`selector ${selector}`);
  if (name && name !== element.localName) return false;
  return [...conditions.matchAll(/\[([\w-]+)\]/g)].every(([, attribute]) => element.hasAttribute(attribute));
}

/** Well-formed HTML to nodes; comments and entities are not known. */
function parse(html) {
  const root = { element: new Element("root") };
  let current = root.element;
  for (const [, close, name, attributes, text] of html.matchAll(/<(\/?)([\w-]+)([^>]*)>|([^<]+)/g)) {
    if (text !== undefined) current.append(text);
    else if (close) current = current.localName === name ? current.parentElement : fail(`</${name}>`);
    else {
      const element = document.createElement(name);
      for (const [, key, value = ""] of attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)) {
        element.setAttribute(key, value);
      }
      current.append(element);
      if (!VOID.has(name)) current = element;
    }
  }
  if (current !== root.element) fail(`unclosed <${current.localName}>`);
  return [...root.element.childNodes];
}

function fail(what) {
  throw new Error(`the minimal DOM cannot read ${what}`);
}

const document = {
  documentElement: { lang: "en-GB" },
  createElement(name) {
    if (name === "template") return new Template(name);
    const type = registry.get(name);
    return type ? new type() : new Element(name);
  },
  querySelectorAll: (selector) => document.body.querySelectorAll(selector),
  getElementById: (id) => document.body.querySelectorAll("[id]").find((element) => element.id === id) ?? null,
};
document.body = new Element("body");
document.activeElement = document.body;

class DOMParser {
  parseFromString(html) {
    const body = new Element("body");
    body.innerHTML = html;
    return body;
  }
}

Object.assign(globalThis, {
  document,
  DOMParser,
  HTMLElement: Element,
  customElements: { define: (name, type) => registry.set(name, type) },
});
