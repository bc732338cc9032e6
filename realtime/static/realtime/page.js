import { Backoff } from "./backoff.js";
import { fetchText } from "./environment.js";

const GONE = [404, 410];

/** What `Items` has to know of a <live-stream> as the server rendered it, and each item's element. */
export function describe(stream) {
  const list = stream.querySelector("[data-items]");
  const describeItem = (element) => ({
    id: element.id,
    version: Number(element.getAttribute("data-version")),
    // Outside the list an item has a place of its own, a header for one.
    position: element.parentElement === list ? element.getAttribute("data-position") : null,
    element,
  });
  return {
    version: Number(stream.getAttribute("version")),
    items: [...stream.querySelectorAll("[id][data-version]")].map(describeItem),
    older: Boolean(stream.querySelector("[data-older]")),
    newer: Boolean(stream.querySelector("[data-newer]")),
  };
}

/** An item's element from its HTML, or null. */
export function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/**
 * Fetch a page until its stream has reached `version`; from the second attempt on, past all caches.
 * @param options {socket, version, cache, tries, signal}: `socket` tells the stream from others on the page
 * @returns {Promise<Element|null>} the page's <live-stream>; null if aborted, or the page is gone, or all
 *   `tries` failed
 */
export async function fetchStream(environment, url, { socket, version, cache, tries, signal }) {
  const backoff = new Backoff(environment.random, { cap: 5 });
  for (let attempt = 1; ; attempt++) {
    const { ok, status, text } = await fetchText(environment, url, { cache, signal }).catch(() => ({}));
    if (signal.aborted || GONE.includes(status)) return null;
    const stream = ok ? findStream(text, socket) : null;
    if (stream && Number(stream.getAttribute("version")) >= version) return stream;
    if (attempt >= tries) return null;
    cache = "reload";
    await new Promise((resume) => environment.setTimeout(resume, backoff.next() * 1000));
  }
}

function findStream(html, socket) {
  const addressOf = (stream) => stream.getAttribute("socket");
  const streams = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("live-stream")];
  const same = streams.find((stream) => addressOf(stream) === socket);
  if (same) return same;
  // Its address was corrected meanwhile: then it is the one that is no other stream of this page.
  const known = new Set([...document.querySelectorAll("live-stream")].map(addressOf));
  const unknown = streams.filter((stream) => !known.has(addressOf(stream)));
  return unknown.length === 1 ? unknown[0] : null;
}

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** Make a `change` that puts `fresh` in the place of `old`; a focus inside `old` goes on in `fresh`. */
export function keepingFocus(old, fresh, change) {
  const active = document.activeElement;
  const inside = Boolean(old && active && old.contains(active));
  const index = inside ? [...old.querySelectorAll(FOCUSABLE)].indexOf(active) : -1;
  change();
  if (!inside) return;
  const twins = [...fresh.querySelectorAll(FOCUSABLE)];
  (index < 0 ? fresh : twins[Math.min(index, twins.length - 1)])?.focus({ preventScroll: true });
}

/** Move the focus to the first thing in `element` that can have it. */
export function focusInto(element) {
  element?.querySelector(FOCUSABLE)?.focus({ preventScroll: true });
}
