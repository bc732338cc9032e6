import assert from "node:assert/strict";
import { test } from "node:test";

import { settled } from "../../../realtime/tests/js/fakes.js";
import { Outbox } from "../../static/chat/acting/outbox.js";

/** An outbox whose actions the test answers, in order, and whose pauses it ends. */
function open() {
  const sent = [];
  const pauses = [];
  const page = new Set(); // the ids of the messages that it shows
  let changes = 0;
  const outbox = new Outbox({
    perform: (action) => new Promise((resolve) => sent.push({ ...action, resolve })),
    pause: (seconds) => new Promise((resolve) => pauses.push({ seconds, resolve })),
    changed: () => changes++,
    arrived: (id) => page.has(id),
  });
  const answer = async (fields) => {
    sent.at(-1).resolve(fields);
    await settled();
  };
  const states = () => outbox.shown.map(({ text, state }) => `${text} ${state}`);
  const arrive = (version, ...ids) => {
    for (const id of ids) page.add(id);
    outbox.reached(version);
  };
  return { outbox, sent, pauses, answer, arrive, states, changes: () => changes };
}

const ack = (version) => ({ type: "ack", item: "message-1", number: 1, version });

test("a message is shown at once, and until the stream has brought the stored one", async () => {
  const { outbox, sent, answer, states } = open();
  outbox.add("hello", 1000);
  assert.deepEqual(states(), ["hello sent"]);
  assert.equal(outbox.shown[0].time, 1000);
  assert.deepEqual([sent[0].type, sent[0].id, sent[0].text], ["send", outbox.shown[0].id, "hello"]);
  await answer(ack(12));
  assert.deepEqual(states(), ["hello stored"]);
  outbox.reached(11);
  assert.deepEqual(states(), ["hello stored"]);
  outbox.reached(12);
  assert.deepEqual(states(), []);
});

test("a stored one that overtakes its ack takes its place at once", async () => {
  const { outbox, sent, answer, arrive, states } = open();
  outbox.add("hello", 0);
  arrive(12, sent[0].id);
  assert.deepEqual([states(), outbox.unstored], [[], []]);
  await answer(ack(12));
  assert.deepEqual([states(), outbox.unstored], [[], []]);
});

test("the same text twice is two messages, whichever of them arrives", async () => {
  const { outbox, answer, arrive, states } = open();
  outbox.add("ok", 0);
  outbox.add("ok", 0);
  arrive(12, outbox.shown[1].id); // sent by another tab, which has the same outbox
  assert.deepEqual(states(), ["ok sent"]);
  await answer(ack(13));
  assert.deepEqual(states(), ["ok stored"]);
  arrive(13);
  assert.deepEqual(states(), []);
});

test("what the page shows already is not shown again, nor sent", () => {
  const before = open();
  before.outbox.add("a", 0);
  before.outbox.add("b", 0);
  const { outbox, sent, arrive, states } = open();
  arrive(12, before.sent[0].id);
  outbox.restore(before.outbox.unstored);
  assert.deepEqual(states(), ["b sent"]);
  assert.deepEqual(sent.map(({ text }) => text), ["b"]);
});

test("one that was stored before the page was made leaves with its ack, though the page does not show it", async () => {
  const { outbox, answer, arrive, states } = open();
  arrive(12);
  outbox.restore([{ id: "x", text: "deleted since", time: 0 }]);
  assert.deepEqual(states(), ["deleted since sent"]);
  await answer(ack(12));
  assert.deepEqual(states(), []);
});

test("one is sent at a time, in the order they were written", async () => {
  const { outbox, sent, answer, states } = open();
  for (const text of ["a", "b", "c"]) outbox.add(text, 0);
  assert.deepEqual(states(), ["a sent", "b queued", "c queued"]);
  await answer(ack(1));
  await answer(ack(2));
  assert.deepEqual(sent.map(({ text }) => text), ["a", "b", "c"]);
});

test("one that is refused says why, and holds up no other", async () => {
  const { outbox, sent, answer, states } = open();
  outbox.add("a", 0);
  outbox.add("b", 0);
  await answer({ type: "error", code: "muted", detail: "You are muted." });
  assert.deepEqual(states(), ["a failed", "b sent"]);
  assert.equal(outbox.shown[0].detail, "You are muted.");
  await answer(ack(3));
  outbox.retry(outbox.shown[0].id);
  assert.deepEqual(states(), ["a sent", "b stored"]);
  assert.equal(sent[2].id, sent[0].id);
});

test("one that was refused can be discarded, one on its way cannot", async () => {
  const { outbox, answer, states } = open();
  outbox.add("a", 0);
  outbox.discard(outbox.shown[0].id);
  outbox.retry(outbox.shown[0].id);
  assert.deepEqual(states(), ["a sent"]);
  await answer({ type: "error", code: "closed", detail: "" });
  outbox.discard(outbox.shown[0].id);
  assert.deepEqual([states(), outbox.unstored], [[], []]);
});

test("one that came too fast is sent again when the server wants it, and the others wait behind it", async () => {
  const { outbox, sent, pauses, answer, states } = open();
  outbox.add("a", 0);
  outbox.add("b", 0);
  await answer({ type: "error", code: "slow", detail: "", retry_after: 7 });
  assert.deepEqual(states(), ["a waiting", "b queued"]);
  assert.equal(pauses[0].seconds, 7);
  pauses[0].resolve();
  await settled();
  assert.deepEqual(states(), ["a sent", "b queued"]);
  await answer(ack(1));
  assert.deepEqual(sent.map(({ text }) => text), ["a", "a", "b"]);
  assert.equal(sent[1].id, sent[0].id);
});

test("what was not stored goes out from the next page under its old id", async () => {
  const before = open();
  before.outbox.add("a", 1);
  before.outbox.add("b", 2);
  await before.answer(ack(1));
  assert.deepEqual(before.outbox.unstored.map(({ text }) => text), ["b"]);
  const after = open();
  after.outbox.restore(JSON.parse(JSON.stringify(before.outbox.unstored)));
  assert.equal(after.sent[0].id, before.sent[1].id);
  assert.deepEqual(after.states(), ["b sent"]);
});

test("every change is told", async () => {
  const { outbox, answer, changes } = open();
  outbox.add("a", 0);
  const added = changes();
  assert.ok(added > 0);
  await answer(ack(1));
  assert.ok(changes() > added);
});
