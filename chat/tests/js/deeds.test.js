import assert from "node:assert/strict";
import { test } from "node:test";

import { keyOf, offers } from "../../static/chat/acting/deeds.js";
import { length } from "../../static/chat/writing/field.js";
import { poster } from "../../static/chat/acting/post.js";
import { sayPlain } from "../../static/chat/words.js";

const message = (author) => ({ id: "message-99", dataset: { author } });
const offered = (author, fields = {}) => {
  const who = { person: "1", moderator: false, hindrance: "", ...fields };
  return [...offers(message(author), who)].join(" ");
};

test("one's own message can be edited and deleted, another's reported", () => {
  assert.equal(offered("1"), "edit delete");
  assert.equal(offered("2"), "report");
});

test("who may not write does not edit, and deletes as long as the room is open", () => {
  assert.equal(offered("1", { hindrance: "muted" }), "delete");
  assert.equal(offered("1", { hindrance: "closed" }), "");
  assert.equal(offered("2", { hindrance: "not_member" }), "report");
});

test("moderators act on messages and on their authors, if there still are such", () => {
  assert.equal(offered("2", { moderator: true }), "delete mute ban");
  assert.equal(offered("1", { moderator: true, hindrance: "closed" }), "delete");
  assert.equal(offered("", { moderator: true }), "delete");
});

test("an item's id has the key at its end", () => {
  assert.equal(keyOf("message-99"), 99);
});

test("a name in an attribute is kept apart from the words around it", () => {
  assert.equal(sayPlain("Ban {name}?", { name: "\u202eevil" }), "Ban \u2068\u202eevil\u2069?");
  assert.equal(sayPlain("{name}", {}), "\u2068\u2069");
  assert.equal(sayPlain("no parts", {}), "no parts");
});

test("characters are counted as the server does", () => {
  assert.equal(length("aä⛵👍🏽"), 5);
});

const form = {
  dataset: { csrfCookie: "__Host-token", signInAgain: "Sign in again.", refused: "Refused." },
  getAttribute: () => "/chat/lobby/",
  querySelector: (selector) => ({ value: selector === "[name=as]" ? "7" : "first" }),
};

test("an action is posted as the form would be, and the object that comes back is the answer", async () => {
  const requests = [];
  const post = poster(form, async (url, init) => {
    requests.push([url, init.method, String(init.body), init.headers.Accept]);
    return { status: 429, text: '{"type":"error","code":"slow","retry_after":3}' };
  }, () => cookies);
  let cookies = "";
  const answer = await post({ type: "send", id: "1", text: "a&b" });
  assert.deepEqual(answer, { type: "error", code: "slow", retry_after: 3 });
  const body = "type=send&id=1&text=a%26b&as=7&csrfmiddlewaretoken=first";
  assert.deepEqual(requests, [["/chat/lobby/", "POST", body, "application/json"]]);
  for (const token of ["second", "third"]) {
    cookies = `token=other; __Host-token=${token}; theme=dark`; // somebody has signed in
    await post({ type: "send" });
    assert.equal(requests.at(-1)[2], `type=send&as=7&csrfmiddlewaretoken=${token}`);
  }
});

test("a page in place of an answer: a refusal stays one, anything else may pass", async () => {
  const none = () => "";
  const answered = (status) => poster(form, async () => ({ status, text: "<html>" }), none)({ type: "send" });
  assert.deepEqual(await answered(403), { type: "error", code: "forbidden", detail: "Sign in again." });
  assert.equal((await answered(413)).detail, "Refused.");
  assert.equal(await answered(502), null);
  assert.equal(await poster(form, async () => Promise.reject(new Error("no network")), none)({}), null);
});
