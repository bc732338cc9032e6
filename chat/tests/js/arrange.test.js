import assert from "node:assert/strict";
import { test } from "node:test";

import { arrange, localDay } from "../../static/chat/reading/arrange.js";

const START = Date.UTC(2026, 10, 22, 12);
const utcDay = (time) => new Date(time).toISOString().slice(0, 10);
const at = (minutes, author = "1", number = minutes) => ({ number, author, time: START + minutes * 60_000 });

const continued = (messages) => arrange(messages, utcDay).map((arranged) => arranged.continued);
const lines = (messages, line, person) => arrange(messages, utcDay, { line, person }).map(({ unread }) => unread);

test("one author's messages within five minutes of each other stand together", () => {
  assert.deepEqual(continued([at(1), at(5), at(10), at(16)]), [false, true, true, false]);
});

test("another author, or one who is gone, breaks the group", () => {
  assert.deepEqual(continued([at(1), at(2, "2"), at(3)]), [false, false, false]);
  assert.deepEqual(continued([at(1, null), at(2, null)]), [false, false]);
});

test("a day begins with a line, and with a new group", () => {
  const midnight = 12 * 60;
  const arranged = arrange([at(1), at(midnight - 1), at(midnight + 1)], utcDay);
  assert.deepEqual(arranged.map(({ day }) => day), ["2026-11-22", null, "2026-11-23"]);
  assert.equal(arranged[2].continued, false);
});

test("the line stands above the first message after it, whether that number is still there or not", () => {
  assert.deepEqual(lines([at(38), at(39), at(40)], 38), [false, true, false]);
  assert.deepEqual(lines([at(38), at(40)], 38), [false, true]);
  assert.deepEqual(lines([at(38), at(39)], 39), [false, false]);
  assert.deepEqual(lines([at(38), at(39)], null), [false, false]);
});

test("to the person, what they wrote themselves is not new", () => {
  assert.deepEqual(lines([at(1), at(2), at(3, "2"), at(4, "2")], 1, "1"), [false, false, true, false]);
  assert.deepEqual(lines([at(1), at(2)], 1, "1"), [false, false]);
});

test("where what is new begins above the page, there is no line", () => {
  assert.deepEqual(lines([at(38), at(39)], 12), [false, false]);
});

test("the line does not part a group: the same messages look the same to everyone", () => {
  const [, second] = arrange([at(1), at(2)], utcDay, { line: 1 });
  assert.deepEqual([second.unread, second.continued], [true, true]);
});

test("messages on their way go on from the stored ones, and never carry the line", () => {
  const pending = { number: undefined, author: "1", time: START + 60_000 * 3 };
  const [, last] = arrange([at(1), pending], utcDay, { line: 1 });
  assert.deepEqual([last.continued, last.unread], [true, false]);
});

test("no messages, nothing to arrange", () => {
  assert.deepEqual(arrange([], utcDay, { line: 5 }), []);
});

test("days are those of the reader's zone", () => {
  const midnight = new Date(2026, 10, 22).getTime();
  assert.equal(localDay(midnight), "2026-11-22");
  assert.equal(localDay(midnight - 1), "2026-11-21");
});
