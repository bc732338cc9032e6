import { Composer } from "./composer.js";
import { showHistory } from "./history.js";
import { People } from "./people.js";
import { Requests } from "./requests.js";
import { signingIn } from "./sign-in.js";

const UNDO = 10_000; // milliseconds in which a click can be taken back

const root = document.querySelector("[data-desk]");
const stream = root.querySelector("live-stream");
const said = root.querySelector("[data-said]");
const words = root.dataset;

const requests = new Requests(root, {
  signIn: signingIn(root),
  waits: (waiting) => say(waiting ? { said: words.queued } : {}),
});
const desk = { root, requests, say };
const composer = new Composer(root.querySelector("[data-composer]"), desk);
const people = new People(root, stream);
const editors = new Map(); // item id -> {composer, form}: they stay when their item is replaced
let dismissal = 0;

composer.addEventListener("stored", ({ detail }) => told(detail));
composer.focus();

/** What an answer says, for a while, with what can be done about it. */
function say({ said: text = "", note = "", url = "", undo, retry }) {
  clearTimeout(dismissal);
  const parts = [[text, note].filter(Boolean).join(". ")];
  if (url) parts.push(" · ", Object.assign(document.createElement("a"), { href: url, textContent: words.view }));
  if (retry) parts.push(" · ", button(words.publish, retry));
  if (undo) parts.push(" · ", button(words.undo, undo));
  said.replaceChildren(...parts);
  if (undo) dismissal = setTimeout(() => said.replaceChildren(text), UNDO);
}

/** An entry was stored, or changed by a click. */
function told(answer) {
  const change = (fields) => () => mark(answer.key, fields);
  const publish = { name: "state", value: "published" };
  say({
    ...answer,
    undo: answer.undo && change(answer.undo),
    retry: answer.state === "draft" ? change(publish) : undefined,
  });
}

async function mark(key, fields) {
  const { status, body } = await requests.post(`${words.entries}${key}/mark/`, fields);
  if (status === 200) told(body);
  else say({ said: body.said ?? words.failed });
}

/** Readers lose it at once; it is deleted when nobody has taken that back for a while. */
async function remove(key, article) {
  const was = article.dataset.state;
  const { status, body } = await requests.post(`${words.entries}${key}/mark/`, { name: "state", value: "retracted" });
  if (status !== 200) return say({ said: body.said ?? words.failed });
  const timer = setTimeout(() => requests.post(`${words.entries}${key}/delete/`, {}).then(({ body }) => say(body)), UNDO);
  say({
    said: words.deleted,
    undo: () => {
      clearTimeout(timer);
      mark(key, { name: "state", value: was });
    },
  });
}

async function edit(article) {
  const { id, dataset } = article;
  if (editors.has(id)) return editors.get(id).composer.focus();
  const url = `${words.entries}${dataset.key}/`;
  const { status, body } = await requests.get(url);
  if (status !== 200) return say({ said: body.said ?? words.failed });
  const form = root.querySelector("[data-composer]").cloneNode(true);
  form.reset();
  form.action = url;
  form.dataset.edits = id;
  form.elements.csrfmiddlewaretoken.value = root.querySelector("[name=csrfmiddlewaretoken]").value;
  document.getElementById(id).after(form);
  const editor = new Composer(form, desk, { key: dataset.key, fields: body });
  editors.set(id, { composer: editor, form });
  people.begin(id);
  const end = () => {
    form.remove();
    editors.delete(id);
    people.end(id);
    document.getElementById(id)?.focus();
  };
  editor.addEventListener("cancelled", end);
  editor.addEventListener("stored", ({ detail }) => {
    end();
    told(detail);
  });
  editor.focus();
}

async function markLiveblog(value) {
  const { status, body } = await requests.post(words.liveblog, { value });
  say(status === 200 ? { ...body, undo: () => markLiveblog(body.undo.value) } : { said: body.said ?? words.failed });
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
  if (deed === "liveblog") markLiveblog(value);
  else if (deed === "mark") mark(article.dataset.key, { name, value });
  else if (deed === "edit") edit(article);
  else if (deed === "delete") remove(article.dataset.key, article);
  else if (deed === "history") showHistory(root, desk, `${words.entries}${article.dataset.key}/history/`, told);
});

// An editor stays beside its entry, wherever that moves; it is not the stream's, and never replaced by it.
stream.addEventListener("changed", () => {
  for (const [id, { form }] of editors) {
    const article = document.getElementById(id);
    if (article && article.nextElementSibling !== form) article.after(form);
  }
});

addEventListener("beforeunload", (event) => {
  const unsent = composer.unsent || [...editors.values()].some((each) => each.composer.unsent);
  if (unsent) event.preventDefault();
});

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
