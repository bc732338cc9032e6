import assert from "node:assert/strict";
import { test } from "node:test";

import { Timers } from "../../../realtime/static/realtime/environment.js";
import { World } from "../../../realtime/tests/js/fakes.js";
import { Typists, TypingNotice, typingWords } from "../../static/chat/writing/typing.js";

const ALICE = { type: "typing", person: 5, name: "Alice" };
const BOB = { type: "typing", person: 6, name: "Bob" };

function listen() {
  const world = new World();
  const shown = [];
  const typists = new Typists(1, new Timers(world), (names) => shown.push(names.join()));
  return { world, shown, typists };
}

test("who types is shown, and forgotten after five seconds of silence", async () => {
  const { world, shown, typists } = listen();
  typists.heard(ALICE);
  await world.pass(4);
  typists.heard(ALICE);
  await world.pass(4);
  assert.deepEqual(shown, ["Alice"]);
  await world.pass(1);
  assert.deepEqual(shown, ["Alice", ""]);
});

test("several are shown in the order they began, each forgotten alone", async () => {
  const { world, shown, typists } = listen();
  typists.heard(ALICE);
  await world.pass(2);
  typists.heard(BOB);
  await world.pass(10);
  assert.deepEqual(shown, ["Alice", "Alice,Bob", "Bob", ""]);
});

test("whose message is here has stopped", async () => {
  const { world, shown, typists } = listen();
  typists.heard(ALICE);
  typists.forget(5);
  typists.forget(6);
  assert.deepEqual(shown, ["Alice", ""]);
  assert.equal(world.pendingTimers, 0);
});

test("one's own other tab is not shown", () => {
  const { shown, typists } = listen();
  typists.heard({ ...ALICE, person: 1 });
  assert.deepEqual(shown, []);
});

test("others hear of it at most every three seconds, and at once with the next message", () => {
  let now = 0;
  let sent = 0;
  const notice = new TypingNotice(() => sent++, () => now);
  const typed = (at) => ((now = at * 1000), notice.typed(), sent);
  assert.deepEqual([0, 1, 2.9, 3, 4].map(typed), [1, 1, 1, 2, 2]);
  notice.done();
  assert.equal(typed(4.1), 3);
});

test("one and two have names, more are several", () => {
  assert.equal(typingWords([]).key, "");
  assert.deepEqual(typingWords(["Alice"]), { key: "one", parts: { name: "Alice", other: undefined } });
  assert.deepEqual(typingWords(["Alice", "Bob"]), { key: "two", parts: { name: "Alice", other: "Bob" } });
  assert.equal(typingWords(["Alice", "Bob", "Carol"]).key, "several");
  assert.equal(typingWords(Array(9).fill("x")).key, "several");
});
