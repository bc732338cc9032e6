import assert from "node:assert/strict";
import { test } from "node:test";

import { changes, entry } from "./fakes.js";
import { follow, followLive } from "./follow.js";

/** Sockets are blocked, the changes URL answers: three attempts later it polls. */
async function followPolling() {
  const followed = follow();
  const { world } = followed;
  world.answer = (url) => changes(Number(new URL(url).searchParams.get("after")), 10);
  for (let n = 0; n < 3; n++) {
    await world.pass(1);
    world.socket.drop();
  }
  await world.pass(0);
  return followed;
}

test("where sockets are blocked it polls every few seconds", async () => {
  const { world, seen } = await followPolling();
  assert.equal(seen.states.at(-1), "polling");
  assert.equal(world.sockets.length, 3);
  assert.equal(world.requests.length, 1);
  await world.pass(3);
  assert.equal(world.requests.length, 2);
  assert.equal(world.requests[1].url, "https://news.example/liveblog/demo/changes/?after=10");
});

test("what it polls is applied like what is pushed", async () => {
  const { world, connection, seen } = await followPolling();
  const item = entry("entry-1", 11, "a");
  world.answer = () => changes(10, 11, [item]);
  await world.pass(3);
  assert.deepEqual(seen.changes.at(-1).items, [item]);
  assert.equal(connection.version, 11);
  world.answer = () => JSON.stringify({ type: "reset", version: 500 });
  await world.pass(3);
  assert.deepEqual(seen.resets, [500]);
  assert.equal(connection.version, 500);
  assert.equal(seen.states.at(-1), "polling");
});

test("other frames that come with an answer are passed on like those of a socket", async () => {
  const { world, connection, seen } = await followPolling();
  const unread = { type: "unread", room: 3, last: 12 };
  world.answer = () => JSON.stringify({ type: "changes", after: 10, version: 10, items: [], frames: [unread, null, 7] });
  await world.pass(3);
  assert.deepEqual(seen.frames, [unread]);
  world.answer = () => JSON.stringify({ type: "reset", version: 20, frames: [unread] });
  await world.pass(3);
  assert.deepEqual(seen.frames, [unread, unread]);
  world.answer = () => JSON.stringify({ type: "changes", after: 20, version: 21, items: [], frames: "none" });
  await world.pass(3);
  assert.equal(connection.version, 21);
});

test("an answer that says that there is more is followed by the next question at once", async () => {
  const { world, connection } = await followPolling();
  const part = (after, version, fields) => JSON.stringify({ type: "changes", after, version, items: [], ...fields });
  const parts = [part(10, 20, { more: true }), part(20, 30, { more: true }), part(30, 31)];
  world.answer = () => parts.shift();
  await world.pass(3);
  await world.pass(0.1);
  assert.equal(connection.version, 31);
  const asked = world.requests.slice(-3).map(({ url }) => Number(new URL(url).searchParams.get("after")));
  assert.deepEqual(asked, [10, 20, 30]);
  assert.equal(world.requests.length, 4);
});

test("an answer that says so, and leads nowhere, is not asked for in a loop", async () => {
  const { world } = await followPolling();
  world.answer = () => JSON.stringify({ type: "changes", after: 10, version: 10, items: [], more: true });
  await world.pass(3);
  await world.pass(1);
  assert.equal(world.requests.length, 2);
});

test("while it polls it tries the socket now and then, at last once a minute", async () => {
  const { world } = await followPolling();
  const tries = [];
  for (let second = 0; second < 400; second++) {
    const before = world.sockets.length;
    await world.pass(1);
    if (world.sockets.length > before) {
      tries.push(second);
      world.socket.drop();
    }
  }
  const pauses = tries.map((second, n) => second - (tries[n - 1] ?? -1));
  assert.deepEqual(pauses.slice(0, 4).map((pause) => Math.round(pause / 5) * 5), [5, 10, 20, 40]);
  for (const pause of pauses.slice(4)) assert.ok(pause >= 60 && pause <= 62, `${pause}`);
  assert.ok(world.requests.length > 120);
});

test("it goes on polling while a socket attempt hangs", async () => {
  const { world } = await followPolling();
  await world.pass(6);
  assert.equal(world.sockets.length, 4);
  const before = world.requests.length;
  await world.pass(9);
  assert.equal(world.requests.length, before + 3);
});

test("once a socket works it returns to it and polls no more", async () => {
  const { world, seen } = await followPolling();
  await world.pass(6);
  const before = world.requests.length;
  world.socket.hello(10);
  assert.equal(seen.states.at(-1), "live");
  await world.pass(4);
  assert.equal(world.requests.length, before);
  assert.equal(world.sockets.length, 4);
});

test("when sockets are blocked again it starts over with short pauses between attempts", async () => {
  const { world, seen } = await followPolling();
  for (const pause of [5, 10, 20]) {
    await world.pass(pause);
    world.socket.drop();
  }
  await world.pass(40);
  world.socket.hello(10);
  for (let n = 0; n < 4; n++) {
    world.socket.drop();
    await world.pass(seen.seconds);
  }
  assert.equal(seen.states.at(-1), "polling");
  const before = world.sockets.length;
  await world.pass(6);
  assert.equal(world.sockets.length, before + 1);
});

test("an answer that comes after the socket's hello is dropped", async () => {
  const { world, seen } = await followPolling();
  world.answer = () => undefined;
  await world.pass(6);
  world.socket.hello(10);
  assert.ok(world.requests.at(-1).signal.aborted);
  await world.pass(1);
  assert.equal(seen.states.at(-1), "live");
});

test("when polling fails too it says so and keeps trying both", async () => {
  const { world, seen } = await followPolling();
  world.answer = () => 503;
  world.chance = 1;
  await world.pass(3);
  assert.equal(seen.states.at(-1), "reconnecting");
  assert.equal(seen.seconds, 1);
  await world.pass(1);
  world.answer = () => changes(10, 10);
  world.socket.drop();
  await world.pass(1);
  assert.equal(seen.states.at(-1), "polling");
});

test("an answer that never comes counts as none", async () => {
  const { world, seen } = await followPolling();
  world.answer = () => undefined;
  await world.pass(3);
  const asked = world.requests.at(-1);
  await world.pass(16);
  assert.ok(asked.signal.aborted);
  assert.equal(seen.states.at(-1), "reconnecting");
});

test("nonsense from the changes URL counts as no answer", async () => {
  const hello = '{"type":"hello","protocol":1,"version":10,"heartbeat":20}';
  for (const answer of ["", "<html>", "{}", hello, changes(99, 100)]) {
    const { world, connection, seen } = await followPolling();
    world.answer = () => answer;
    await world.pass(3.5);
    assert.equal(seen.states.at(-1), "reconnecting", answer);
    assert.equal(connection.version, 10);
  }
});

test("the changes URL can say for good that the stream is gone or closed to the reader", async () => {
  for (const [status, state] of [[404, "gone"], [410, "gone"], [401, "stopped"], [403, "stopped"]]) {
    const { world, seen } = await followPolling();
    world.answer = () => status;
    await world.pass(600);
    assert.equal(seen.states.at(-1), state);
    assert.equal(seen.code, 4000 + status);
    assert.equal(world.pendingTimers, 0);
  }
});

test("a busy or broken changes URL does not stop it", async () => {
  for (const status of [400, 429, 500, 502]) {
    const { world, seen } = await followPolling();
    world.answer = () => status;
    await world.pass(4);
    assert.equal(seen.states.at(-1), "reconnecting");
  }
});

test("sockets that came to a hello are not blocked, however short they live", async () => {
  const { world, seen } = follow();
  for (let n = 0; n < 6; n++) {
    world.socket.hello(10);
    world.socket.drop();
    await world.pass(seen.seconds);
  }
  assert.equal(world.requests.length, 0);
  assert.ok(!seen.states.includes("polling"));
});

test("offline shows at once, and it reconnects at once when the network is back", async () => {
  const { world, seen } = followLive();
  const lost = world.socket;
  world.chance = 1;
  world.goOffline();
  assert.equal(seen.states.at(-1), "offline");
  assert.equal(lost.readyState, 3);
  for (let n = 0; n < 8; n++) {
    await world.pass(30);
    world.socket.drop();
  }
  await world.pass(0.1);
  assert.deepEqual(seen.states.slice(-1), ["offline"]);
  const before = world.sockets.length;
  world.goOnline();
  assert.equal(world.sockets.length, before + 1);
  world.socket.hello(10);
  assert.equal(seen.states.at(-1), "live");
});

test("a browser that wrongly believes to be offline still gets its changes", async () => {
  const { world, seen } = followLive();
  world.goOffline();
  await world.pass(0.5);
  world.socket.hello(10);
  assert.equal(seen.states.at(-1), "live");
});

test("a reader who returns does not wait out the backoff", async () => {
  const { world } = followLive();
  world.chance = 1;
  for (let n = 0; n < 2; n++) {
    world.socket.drop(1012);
    await world.pass(4);
  }
  world.socket.drop(1012);
  world.hide();
  const before = world.sockets.length;
  world.show();
  assert.equal(world.sockets.length, before + 1);
});

test("a reader who returns to a live page leaves its connection alone", async () => {
  const { world } = followLive();
  await world.pass(20);
  world.hide();
  world.show();
  world.goOnline();
  assert.equal(world.sockets.length, 1);
});

test("a tab that was frozen for long checks its connection when it is shown", async () => {
  const { world, seen } = followLive();
  const [before] = world.sockets;
  world.hide();
  world.freeze(300);
  world.show();
  assert.equal(before.readyState, 3);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 10);
  await world.pass(1);
  assert.equal(seen.states.at(-1), "reconnecting");
});

test("a reader who returns while it polls is served at once", async () => {
  const { world } = await followPolling();
  const before = world.requests.length;
  world.hide();
  world.show();
  await world.pass(0);
  assert.equal(world.requests.length, before + 1);
});

test("a page that is left closes its socket, and opens one when the back/forward cache returns it", () => {
  const { world, seen } = followLive();
  const left = world.socket;
  world.leave();
  assert.equal(left.readyState, 3);
  assert.equal(world.pendingTimers, 0);
  world.freeze(3600);
  world.comeBack();
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 10);
  world.socket.hello(10);
  assert.equal(seen.states.at(-1), "live");
});

test("whatever it was doing, it goes on after the back/forward cache", async () => {
  const waiting = followLive();
  waiting.world.socket.drop(4029);
  const polling = await followPolling();
  const ended = followLive();
  ended.world.socket.drop(1000);
  ended.world.answer = () => changes(10, 10);
  for (const { world } of [waiting, polling, ended]) {
    world.leave();
    assert.equal(world.pendingTimers, 0);
    world.comeBack();
    await world.pass(0);
  }
  assert.equal(waiting.world.sockets.length, 2);
  assert.equal(polling.world.requests.length, 2);
  await polling.world.pass(20);
  assert.equal(polling.world.sockets.length, 4);
  assert.equal(ended.world.requests.length, 1);
});

test("the first pageshow of a page opens no second socket", () => {
  const { world } = follow();
  world.comeBack();
  assert.equal(world.sockets.length, 1);
});
