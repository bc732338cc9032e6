import assert from "node:assert/strict";
import { test } from "node:test";

import { Items } from "../../static/realtime/items.js";
import { entry, removed } from "./fakes.js";

const item = (id, version, position) => ({ id, version, position });

/** Entries at 8, 6 and 4, newest first, at version 10; older ones on another page unless told otherwise. */
function loaded({ older = true, newer = false, order = "newest-first" } = {}) {
  const items = [item("header", 2, null), item("e8", 10, "8"), item("e6", 6, "6"), item("e4", 4, "4")];
  return new Items({ version: 10, items, older, newer }, order);
}

test("a new item is placed by its position", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("e9", 11, "9")), { op: "place", before: "e8" });
  assert.deepEqual(items.take(entry("e7", 12, "7")), { op: "place", before: "e6" });
  assert.deepEqual(items.take(entry("e5", 13, "5")), { op: "place", before: "e4" });
  assert.deepEqual(items.take(entry("e55", 14, "55")), { op: "place", before: "e5" });
});

test("oldest first, a new item goes to the end", () => {
  const items = loaded({ order: "oldest-first" });
  assert.deepEqual(items.take(entry("e9", 11, "9")), { op: "place", before: null });
  assert.deepEqual(items.take(entry("e7", 12, "7")), { op: "place", before: "e8" });
  assert.deepEqual(items.take(entry("e3", 13, "3")), { op: "keep" });
});

test("positions are compared by code units, not by language", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("upper", 11, "Z")), { op: "place", before: "e8" });
  assert.deepEqual(items.take(entry("lower", 12, "a")), { op: "place", before: "upper" });
  assert.deepEqual(items.take(entry("umlaut", 13, "ä")), { op: "place", before: "lower" });
});

test("below the loaded window nothing is inserted", () => {
  assert.deepEqual(loaded().take(entry("e3", 11, "3")), { op: "keep" });
});

test("with everything loaded there is no window", () => {
  assert.deepEqual(loaded({ older: false }).take(entry("e3", 11, "3")), { op: "place", before: null });
});

test("a page of older items, opened on its own, does not take the newest ones", () => {
  const items = loaded({ newer: true });
  assert.deepEqual(items.take(entry("e9", 11, "9")), { op: "keep" });
  assert.deepEqual(items.take(entry("e7", 12, "7")), { op: "place", before: "e6" });
});

test("an empty page of older items takes none", () => {
  const items = new Items({ version: 10, items: [], older: false, newer: true }, "newest-first");
  assert.deepEqual(items.take(entry("e9", 11, "9")), { op: "keep" });
});

test("an empty page takes the first item", () => {
  const items = new Items({ version: 10, items: [], older: false, newer: false }, "newest-first");
  assert.deepEqual(items.take(entry("e9", 11, "9")), { op: "place", before: null });
});

test("a known item is replaced where it stands", () => {
  assert.deepEqual(loaded().take(entry("e6", 11, "6")), { op: "replace" });
});

test("an item without a position is replaced where it stands, and never inserted", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("header", 11, null)), { op: "replace" });
  assert.deepEqual(items.take(entry("e6", 12, null)), { op: "replace" });
  assert.deepEqual(items.take(entry("stranger", 13, null)), { op: "keep" });
  assert.deepEqual(items.take({ id: "other", version: 14, html: "" }), { op: "keep" });
});

test("an item whose position changed moves", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("e4", 11, "9")), { op: "place", before: "e8" });
  assert.deepEqual(items.take(entry("e8", 12, "5")), { op: "place", before: null });
});

test("an item that moves out of the window goes, and one that moves in comes", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("e8", 11, "3")), { op: "remove" });
  assert.deepEqual(items.take(entry("e8", 12, "2")), { op: "keep" });
  assert.deepEqual(items.take(entry("e8", 13, "7")), { op: "place", before: "e6" });
});

test("a removed item goes, and comes back when it is published again", () => {
  const items = loaded();
  assert.deepEqual(items.take(removed("e6", 11)), { op: "remove" });
  assert.deepEqual(items.take(removed("e6", 12)), { op: "keep" });
  assert.deepEqual(items.take(entry("e6", 13, "6")), { op: "place", before: "e4" });
});

test("a removal beats older versions that come late", () => {
  const items = loaded();
  items.take(removed("e6", 15));
  items.take(removed("never-seen", 16));
  assert.deepEqual(items.take(entry("e6", 14, "6")), { op: "keep" });
  assert.deepEqual(items.take(entry("e6", 15, "6")), { op: "keep" });
  assert.deepEqual(items.take(entry("never-seen", 13, "7")), { op: "keep" });
});

test("duplicates and older versions are ignored", () => {
  const items = loaded();
  items.take(entry("e9", 12, "9"));
  assert.deepEqual(items.take(entry("e9", 12, "9")), { op: "keep" });
  assert.deepEqual(items.take(entry("e9", 11, "99")), { op: "keep" });
  assert.deepEqual(items.take(removed("e9", 11)), { op: "keep" });
});

test("what happened before the page was rendered is in the page already", () => {
  const items = loaded();
  assert.deepEqual(items.take(entry("e6", 9, "6")), { op: "keep" });
  assert.deepEqual(items.take(entry("gone-by-then", 9, "7")), { op: "keep" });
});

test("the window does not shrink when the item at its end goes", () => {
  const items = loaded();
  items.take(removed("e4", 11));
  assert.deepEqual(items.take(entry("e5", 12, "5")), { op: "place", before: null });
});

test("an older page widens the window down to its last item", () => {
  const items = loaded();
  const page = { items: [item("e3", 3, "3"), item("e1", 1, "1")], older: true };
  assert.deepEqual(items.extend(page), [{ op: "place", before: null }, { op: "place", before: null }]);
  assert.deepEqual(items.take(entry("e2", 11, "2")), { op: "place", before: "e1" });
  assert.deepEqual(items.take(entry("e0", 12, "0")), { op: "keep" });
  assert.deepEqual(items.extend({ items: [], older: false }), []);
  assert.deepEqual(items.take(entry("e00", 13, "00")), { op: "place", before: null });
});

test("oldest first, an older page goes in front", () => {
  const items = loaded({ order: "oldest-first" });
  const page = { items: [item("e1", 1, "1"), item("e3", 3, "3")], older: true };
  assert.deepEqual(items.extend(page), [{ op: "place", before: "e4" }, { op: "place", before: "e4" }]);
});

test("an older page brings what was outside the window when it changed", () => {
  const items = loaded();
  items.take(entry("e3", 11, "3"));
  const page = { items: [item("e3", 11, "3")], older: false };
  assert.deepEqual(items.extend(page), [{ op: "place", before: null }]);
});

test("an older page does not bring back what was removed, nor an older version", () => {
  const items = loaded();
  items.take(removed("e3", 12));
  items.take(entry("e2", 13, "5"));
  const page = { items: [item("e3", 3, "3"), item("e2", 2, "2"), item("e1", 1, "1")], older: false };
  assert.deepEqual(items.extend(page).map(({ op }) => op), ["keep", "keep", "place"]);
});

test("an item that is on both pages stands on the newer one's word", () => {
  const items = loaded();
  const page = { items: [item("e6", 11, "3"), item("e4", 4, "4"), item("header", 11, null)], older: false };
  assert.deepEqual(items.extend(page), [{ op: "place", before: null }, { op: "keep" }, { op: "replace" }]);
});

test("turned round, what follows comes before, but what is first stays first", () => {
  const items = new Items({ version: 1, items: [{ id: "a", version: 1, position: "0.1" }, { id: "b", version: 1, position: "0.3" }, { id: "p", version: 1, position: "1.0" }] }, "newest-first");
  items.turn("oldest-first");
  assert.deepEqual(items.take({ id: "c", version: 2, position: "0.2" }), { op: "place", before: "b" });
  assert.deepEqual(items.take({ id: "q", version: 3, position: "1.1" }), { op: "place", before: "a" });
  items.turn("newest-first");
  assert.deepEqual(items.take({ id: "d", version: 4, position: "0.25" }), { op: "place", before: "c" });
});
