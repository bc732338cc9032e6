import assert from "node:assert/strict";
import { test } from "node:test";

import { Unread } from "../../static/chat/rooms/unread.js";

const PAGE = { 3: { last: 40, read: 38, mentions: { "mention-7": 39 } }, 4: { last: 7, read: 7, mentions: {} } };

const marker = (room, number) => ({ id: "marker-1", data: { room, number } });
const mention = (id, room, number) => ({ id, data: { room, number, message: 99 } });

test("unread is the last number less the marker's", () => {
  const unread = new Unread(PAGE);
  assert.deepEqual(unread.of(3), { count: 2, mentioned: true });
  assert.deepEqual(unread.of(4), { count: 0, mentioned: false });
  assert.deepEqual(unread.of(5), { count: 0, mentioned: false });
  assert.equal(unread.rooms, 1);
});

test("a room that grows has more, one that is read has less, whatever the order of the news", () => {
  const unread = new Unread(PAGE);
  unread.take(marker(4, 10));
  unread.reached(4, 9);
  assert.equal(unread.of(4).count, 0);
  unread.reached(4, 12);
  assert.equal(unread.of(4).count, 2);
  unread.take(marker(4, 9));
  assert.equal(unread.of(4).count, 2);
});

test("what is deleted unread is not unread any more", () => {
  const unread = new Unread(PAGE);
  unread.take(mention("mention-8", 3, 41));
  assert.deepEqual(unread.of(3), { count: 3, mentioned: true });
  unread.reached(3, 38);
  for (const id of ["mention-7", "mention-8"]) unread.take({ id, removed: true });
  assert.deepEqual(unread.of(3), { count: 0, mentioned: false });
});

test("a mention counts until it is read, or gone", () => {
  const unread = new Unread(PAGE);
  unread.take(mention("mention-1", 4, 8));
  assert.deepEqual(unread.of(4), { count: 1, mentioned: true });
  unread.reached(4, 8);
  unread.take({ id: "mention-1", removed: true });
  assert.deepEqual(unread.of(4), { count: 1, mentioned: false });
  unread.take(mention("mention-2", 4, 9));
  unread.read(4, 9);
  assert.deepEqual(unread.of(4), { count: 0, mentioned: false });
});

test("memberships are none of its business", () => {
  const unread = new Unread({});
  unread.take({ id: "membership-1", data: { room: 3, name: "Lobby" } });
  unread.take({ id: "membership-1", removed: true });
  assert.equal(unread.rooms, 0);
});
