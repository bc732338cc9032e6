import assert from "node:assert/strict";
import { test } from "node:test";

import { Unread } from "../../static/chat/unread.js";

const PAGE = { 3: { last: 40, read: 38, mentions: [39] }, 4: { last: 7, read: 7, mentions: [] } };

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
  unread.reached(4, 11);
  assert.equal(unread.of(4).count, 2);
  unread.take(marker(4, 9));
  assert.equal(unread.of(4).count, 2);
});

test("a mention counts until it is read, or gone", () => {
  const unread = new Unread(PAGE);
  unread.take(mention("mention-1", 4, 8));
  assert.deepEqual(unread.of(4), { count: 1, mentioned: true });
  unread.take({ id: "mention-1", removed: true });
  assert.deepEqual(unread.of(4), { count: 1, mentioned: false });
  unread.take(mention("mention-2", 4, 9));
  unread.read(4, 9);
  assert.deepEqual(unread.of(4), { count: 0, mentioned: false });
});

test("a mention that the page knew by its number goes by its id once that is known", () => {
  const unread = new Unread(PAGE);
  unread.take(mention("mention-7", 3, 39));
  unread.take({ id: "mention-7", removed: true });
  assert.equal(unread.of(3).mentioned, false);
});

test("memberships are none of its business", () => {
  const unread = new Unread({});
  unread.take({ id: "membership-1", data: { room: 3, name: "Lobby" } });
  unread.take({ id: "membership-1", removed: true });
  assert.equal(unread.rooms, 0);
});
