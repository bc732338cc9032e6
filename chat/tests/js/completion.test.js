import assert from "node:assert/strict";
import { test } from "node:test";

import { insertion, meant, mentionAt } from "../../static/chat/writing/completion.js";

const ALICE = { name: "Alice Liddell", username: "alice" };
const BOB = { name: "Bob Cratchit", username: "ghost-3" };
const ELODIE = { name: "Élodie", username: "elo" };
const PEOPLE = [ALICE, BOB, ELODIE];

/** Of a text with a bar for the caret. */
const at = (text) => mentionAt(text.replace("|", ""), text.indexOf("|"));
const names = (query, people = PEOPLE) => meant(people, query).map(({ username }) => username);
const put = (text, username = "alice") => {
  const [before, ...after] = text.split("|");
  const whole = before + after.join("");
  const { words, end } = insertion(whole, before.length, whole.length - after.at(-1).length, username);
  return whole.slice(0, before.length) + words + whole.slice(end);
};

test("an @ at a word's start begins a mention", () => {
  assert.deepEqual(at("@|"), { start: 0, query: "" });
  assert.deepEqual(at("hello @ali|"), { start: 6, query: "ali" });
  assert.deepEqual(at("(@ghost-3| and so on)"), { start: 1, query: "ghost-3" });
  assert.deepEqual(at("one\n@Él|, two"), { start: 4, query: "Él" });
  assert.deepEqual(at("👋 @al|"), { start: 3, query: "al" });
});

test("addresses, the middle of a word and what stands elsewhere are none", () => {
  for (const text of ["|", "ali|", "alice@ex|", "https://x.org/@al|", "@al|ice", "@alice |", "|@alice"]) {
    assert.equal(at(text), null, text);
  }
});

test("people are meant by how their name or username begins, whatever the capitals and accents", () => {
  assert.deepEqual(names(""), ["alice", "ghost-3", "elo"]);
  assert.deepEqual(names("AL"), ["alice"]);
  assert.deepEqual(names("bob"), ["ghost-3"]);
  assert.deepEqual(names("gho"), ["ghost-3"]);
  assert.deepEqual(names("elod"), ["elo"]);
  assert.deepEqual(names("Él"), ["elo"]);
  assert.deepEqual(names("liddell"), []);
});

test("a whole username needs no completion, so that Enter sends", () => {
  assert.deepEqual(names("alice"), []);
  assert.deepEqual(names("Alice"), ["alice"]);
});

test("at most eight are offered", () => {
  const many = Array.from({ length: 20 }, (_, number) => ({ name: "Someone", username: `person-${number}` }));
  assert.equal(names("some", many).length, 8);
});

test("a mention takes the place of what was written of it, and one space follows", () => {
  assert.equal(put("hello |@al|"), "hello @alice ");
  assert.equal(put("|@al| and bob"), "@alice and bob");
});

test("a mention that is put behind a word does not become part of it", () => {
  assert.equal(put("hello||"), "hello @alice ");
  assert.equal(put("hello,||"), "hello, @alice ");
  assert.equal(put("hello\n||"), "hello\n@alice ");
  assert.equal(put("|ice|cream"), "@alice cream");
});
