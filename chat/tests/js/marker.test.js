import assert from "node:assert/strict";
import { test } from "node:test";

import { Reading } from "../../static/chat/reading/marker.js";

const OTHERS = { own: false, attentive: false };
const SEEN = { own: false, attentive: true };
const OWN = { own: true, attentive: true };

test("a page opens with the line above what is new", () => {
  assert.equal(new Reading(38, 40).line, 38);
  assert.equal(new Reading(40, 40).line, null);
  assert.equal(new Reading(0, 40).line, null);
});

test("the line stands while one reads, and goes when one answers", () => {
  const reading = new Reading(38, 40);
  reading.saw();
  reading.arrived(41, SEEN);
  assert.equal(reading.line, 38);
  reading.arrived(42, OWN);
  assert.equal(reading.line, null);
});

test("what comes while nobody looks gets a line of its own, once everything before it was read", () => {
  const reading = new Reading(40, 40);
  reading.arrived(41, OTHERS);
  reading.arrived(42, OTHERS);
  assert.equal(reading.line, 40);
  reading.saw();
  reading.arrived(43, OTHERS);
  assert.equal(reading.line, 42);
});

test("a message that changes is not new", () => {
  const reading = new Reading(40, 40);
  assert.equal(reading.arrived(41, SEEN), true);
  assert.equal(reading.arrived(41, SEEN), false);
  assert.equal(reading.arrived(12, OTHERS), false);
  assert.equal(reading.line, null);
});

test("the server is told what it does not know, once, and again if it could not be reached", () => {
  const told = [];
  const reading = new Reading(40, 40);
  const tell = () => reading.tell((number) => told.push(number) > 0);
  assert.equal(tell(), false);
  reading.arrived(41, SEEN);
  assert.equal(tell(), false);
  assert.equal(reading.saw(), true);
  assert.equal(reading.saw(), false);
  assert.equal(reading.tell(() => false), false);
  assert.equal(tell(), true);
  assert.equal(tell(), false);
  assert.deepEqual(told, [41]);
});

test("a marker that moved elsewhere is believed, and never goes back", () => {
  const reading = new Reading(38, 45);
  reading.heard(45);
  reading.heard(40);
  assert.equal(reading.read, 45);
  assert.equal(reading.saw(), false);
  assert.equal(reading.tell(() => true), false);
});
