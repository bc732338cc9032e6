import { localTimes } from "../../realtime/local-time.js";
import { Composer } from "./composer.js";
import { showHistory } from "./history.js";
import { People } from "./people.js";
import { Requests } from "./requests.js";
import { Settings } from "./settings.js";
import { renewToken, signingIn } from "./sign-in.js";
import { Waiting } from "./waiting.js";

const UNDO = 10_000; // milliseconds in which a click can be taken back
const MINUTE = 60_000;

const root = document.querySelector("[data-desk]");
const stream = root.querySelector("live-stream");
const said = root.querySelector("[data-said]");
const words = root.dataset;

const askToSignIn = signingIn(root);
const requests = new Requests(root, {
  signIn,
  renew: () => renewToken(root),
  waits: (waiting) => {
    desk.waiting?.waitForNetwork(waiting);
    say(waiting ? { said: words.queued } : {});
  },
});
const form = root.querySelector("[data-composer]");
const blank = form.cloneNode(true); // what entries are edited in
const desk = { root, requests, say };
const composer = new Composer(form, desk);
const people = new People(root, stream);
const settings = new Settings(desk);
const editors = new Map(); // item id -> {composer, form}: they stay when their item is replaced
const removals = new Map(); // key of an entry -> {timer, undo}: at its end it is deleted
let dismissal = 0;

composer.focus();
desk.waiting = new Waiting(desk, composer);
desk.waiting.addEventListener("stored", ({ detail }) => told(detail));

/** What an answer says, for a while, with what can be done about it. */
function say({ id, said: text = "", note = "", url = "", undo, retry, enter }) {
  clearTimeout(dismissal);
  const pressed = said.contains(document.activeElement);
  const parts = [[text, note].filter(Boolean).join(". ")];
  if (url) parts.push(" · ", Object.assign(document.createElement("a"), { href: url, textContent: words.view }));
  if (retry) parts.push(" · ", button(words.publish, retry));
  if (undo) parts.push(" · ", button(words.undo, undo));
  if (enter) parts.push(" · ", button(words.enter, enter));
  said.replaceChildren(...parts);
  // Who pressed one of its buttons goes on at the entry that it was about.
  if (pressed) (document.getElementById(id) ?? said).focus({ preventScroll: true });
  if (undo) dismissal = setTimeout(() => say({ id, said: text, note, url }), UNDO);
}

/** An entry was stored, or changed by a click. */
function told(answer) {
  const change = (fields) => () => (fields.sent ? undo : mark)(answer.key, fields);
  const publish = { name: "state", value: "published" };
  say({
    ...answer,
    undo: answer.undo && change(answer.undo),
    retry: answer.state === "draft" ? change(publish) : undefined,
  });
}

/** @returns {Promise<boolean>} whether somebody signed in; the page goes on where it stopped */
async function signIn() {
  const signedIn = await askToSignIn();
  if (signedIn) say({});
  if (signedIn && stream.connection.state === "stopped") stream.restart();
  return signedIn;
}

async function mark(key, fields) {
  keep(key);
  const { status, body } = await requests.post(`${words.entries}${key}/mark/`, fields);
  if (status === 200) told(body);
  else say({ said: body.said ?? words.failed });
}

/** Take back an edit, or a version that was restored. */
async function undo(key, { sent }) {
  const { status, body } = await requests.post(`${words.entries}${key}/undo/`, { sent });
  if (status === 200) told(body);
  else say({ id: `entry-${key}`, said: body.said ?? words.failed });
}

/** Readers lose it at once; it is deleted when nobody has taken that back for a while. */
async function remove(key, article) {
  const was = article.dataset.state;
  const { status, body } = await requests.post(`${words.entries}${key}/mark/`, { name: "state", value: "retracted" });
  if (status !== 200) return say({ said: body.said ?? words.failed });
  keep(key);
  const back = () => mark(key, { name: "state", value: was });
  removals.set(key, { timer: setTimeout(() => removeForGood(key), UNDO), undo: back });
  showRemoval(key);
  say({ id: article.id, said: words.deleted, undo: back });
}

/** What is being deleted can be had back, and nothing else. */
function showRemoval(key) {
  const article = stream.querySelector(`[data-key="${key}"]`);
  if (!article || article.hasAttribute("data-deleted")) return;
  article.setAttribute("data-deleted", "");
  article.querySelector(".desk-state").textContent = words.deleted;
  article.querySelector(".desk-deeds").replaceChildren(button(words.undo, removals.get(key).undo));
}

async function removeForGood(key) {
  keep(key);
  const { status, body } = await requests.post(`${words.entries}${key}/delete/`, {});
  if (status !== 200) say({ said: body.said ?? words.failed });
}

/** It is not to be deleted any more. */
function keep(key) {
  clearTimeout(removals.get(key)?.timer);
  removals.delete(key);
}

async function edit(article) {
  const { id, dataset } = article;
  if (editors.has(id)) return editors.get(id).composer.focus();
  const url = `${words.entries}${dataset.key}/`;
  const { status, body } = await requests.get(url);
  if (status !== 200) return say({ said: body.said ?? words.failed });
  if (editors.has(id)) return editors.get(id).composer.focus();
  const form = blank.cloneNode(true);
  form.action = url;
  form.dataset.edits = id;
  place(id, form);
  const editor = new Composer(form, desk, { key: dataset.key, fields: body });
  editors.set(id, { composer: editor, form });
  people.begin(id);
  const end = () => {
    form.remove();
    editors.delete(id);
    people.end(id);
    document.getElementById(id)?.focus();
  };
  editor.addEventListener("left", end);
  editor.addEventListener("stored", ({ detail }) => {
    end();
    told(detail);
  });
  editor.focus();
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", act, { once: true });
  return made;
}

stream.addEventListener("click", ({ target }) => {
  const pressed = target.closest("[data-do]");
  if (!pressed) return;
  const article = pressed.closest("[data-key]");
  const { do: deed, name, value } = pressed.dataset;
  if (deed === "liveblog") settings.set("state", value);
  else if (deed === "mark") mark(article.dataset.key, { name, value });
  else if (deed === "edit") edit(article);
  else if (deed === "delete") remove(article.dataset.key, article);
  else if (deed === "history") showHistory(desk, article, `${words.entries}${article.dataset.key}/history/`, told);
});

let writing = null; // the field of an editor that has the focus while the stream changes

stream.addEventListener("changing", () => {
  const { activeElement } = document;
  writing = activeElement.closest("[data-edits]") && activeElement;
});

// An editor stays beside its entry, wherever that moves; it is not the stream's, and never replaced by it.
stream.addEventListener("changed", ({ detail }) => {
  for (const key of removals.keys()) showRemoval(key);
  for (const [id, { form, composer: editor }] of editors) {
    place(id, form);
    if (detail.items.some((item) => item.id === id && item.removed)) editor.refuse([words.gone]);
  }
  if (!writing || document.activeElement === writing) return;
  writing.focus({ preventScroll: true }); // it was moved: who writes in it goes on
  writing.scrollIntoView({ block: "nearest" });
});

/** Put a form beside its entry, or on top where that is gone. */
function place(id, form) {
  const article = document.getElementById(id);
  if (article ? article.nextElementSibling === form : form.isConnected) return;
  if (article) article.after(form);
  else stream.querySelector("[data-items]").prepend(form);
}

stream.addEventListener("state", ({ detail: { state, code } }) => {
  if (state !== "stopped") return;
  if (code === 4401) say({ said: words.signedOut, enter: signIn });
  if (code === 4403) say({ said: words.forbidden });
});

addEventListener("beforeunload", (event) => {
  const composers = [composer, ...[...editors.values()].map((each) => each.composer)];
  if (desk.waiting.size || composers.some(({ unsent }) => unsent)) event.preventDefault();
});

addEventListener("pagehide", () => {
  for (const key of removals.keys()) requests.last(`${words.entries}${key}/delete/`);
});

setInterval(() => localTimes(stream), MINUTE); // "22:13" is yesterday's after midnight

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const articles = [...stream.querySelectorAll("[data-key]")];
  const here = articles.indexOf(event.target.closest("[data-key]"));
  const deeds = {
    "?": () => root.querySelector("[data-keys]").showModal(),
    n: () => composer.focus(),
    j: () => articles[Math.min(here + 1, articles.length - 1)]?.focus(),
    k: () => articles[Math.max(here - 1, 0)]?.focus(),
    e: () => here >= 0 && edit(articles[here]),
  };
  if (!deeds[event.key]) return;
  event.preventDefault();
  deeds[event.key]();
});

root.querySelector("[data-help]").addEventListener("click", () => root.querySelector("[data-keys]").showModal());
