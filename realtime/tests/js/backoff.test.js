import assert from "node:assert/strict";
import { test } from "node:test";

import { Backoff, around } from "../../static/realtime/backoff.js";

test("the bound doubles from half a second up to thirty", () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 9 }, () => backoff.next());
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
});

test("the jitter is full: a wait may be anything from nothing to the bound", () => {
  for (const chance of [0, 0.25, 0.999]) {
    const backoff = new Backoff(() => chance);
    const waits = Array.from({ length: 4 }, () => backoff.next());
    assert.deepEqual(waits, [0.5 * chance, chance, 2 * chance, 4 * chance]);
  }
});

test("it never overflows, however long the outage", () => {
  const backoff = new Backoff(() => 1);
  for (let n = 0; n < 5000; n++) assert.ok(backoff.next() <= 30);
});

test("a width spreads the first waits and leaves the longer ones alone", () => {
  const backoff = new Backoff(() => 1);
  const waits = Array.from({ length: 5 }, () => backoff.next(3));
  assert.deepEqual(waits, [3, 3, 3, 4, 8]);
});

test("after a reset it starts over", () => {
  const backoff = new Backoff(() => 1);
  for (let n = 0; n < 5; n++) backoff.next();
  backoff.reset();
  assert.equal(backoff.next(), 0.5);
});

test("repeated work is spread a quarter to either side", () => {
  assert.equal(around(60, () => 0), 45);
  assert.equal(around(60, () => 0.5), 60);
  assert.equal(around(60, () => 1), 75);
});
