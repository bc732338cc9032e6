import assert from "node:assert/strict";
import { test } from "node:test";

import { changes, entry, removed } from "./fakes.js";
import { follow, followLive } from "./follow.js";

test("it says where it stands, and is live after the hello", () => {
  const { world, connection, seen } = follow();
  assert.equal(world.socket.url, "wss://news.example/_ws/liveblog/demo?after=10");
  assert.deepEqual(seen.states, ["connecting"]);
  world.socket.hello(10);
  assert.deepEqual(seen.states, ["connecting", "live"]);
  assert.equal(connection.version, 10);
});

test("changes are passed on and move the version", () => {
  const { world, connection, seen } = followLive();
  const item = entry("entry-1", 12, "a");
  world.socket.changes(10, 12, [item]);
  world.socket.changes(12, 13, [removed("entry-1", 13)]);
  assert.deepEqual(seen.changes.map((frame) => frame.items), [[item], [removed("entry-1", 13)]]);
  assert.equal(connection.version, 13);
});

test("a duplicate never moves the version back", () => {
  const { world, connection } = followLive();
  world.socket.changes(10, 15);
  world.socket.changes(10, 12);
  assert.equal(connection.version, 15);
  assert.equal(world.sockets.length, 1);
});

test("a gap is not applied: it reconnects with the version it has", async () => {
  const { world, connection, seen } = followLive();
  world.socket.changes(10, 12);
  world.socket.changes(14, 15, [entry("entry-1", 15, "a")]);
  assert.equal(connection.version, 12);
  assert.equal(seen.changes.length, 1);
  await world.pass(0.5);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 12);
});

test("a server that always leaves a gap is asked less and less often", async () => {
  const { world, seen } = follow();
  world.chance = 1;
  const waits = [];
  for (let n = 0; n < 7; n++) {
    world.socket.hello(20);
    world.socket.changes(15, 20);
    waits.push(seen.seconds);
    await world.pass(seen.seconds);
  }
  assert.deepEqual(waits, [1, 1, 2, 4, 8, 16, 30]);
  assert.equal(world.sockets.length, 8);
});

test("a heartbeat above its version means that something was missed", async () => {
  const { world } = followLive();
  world.socket.frame({ type: "heartbeat", version: 10 });
  await world.pass(1);
  assert.equal(world.sockets.length, 1);
  world.socket.frame({ type: "heartbeat", version: 11 });
  await world.pass(1);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 10);
});

test("silence for more than two heartbeats means a dead socket", async () => {
  const { world, seen } = followLive();
  await world.pass(41);
  world.socket.frame({ type: "heartbeat", version: 10 });
  await world.pass(41);
  assert.equal(world.sockets.length, 1);
  await world.pass(2);
  assert.equal(world.sockets.length, 2);
  assert.deepEqual(seen.states.slice(-2), ["live", "reconnecting"]);
});

test("a socket without a hello is given up", async () => {
  const { world } = follow();
  await world.pass(9);
  assert.equal(world.sockets.length, 1);
  await world.pass(2);
  assert.equal(world.sockets.length, 2);
});

test("a browser that refuses to open sockets is an attempt like any other", async () => {
  const { world, seen } = follow();
  let attempts = 0;
  world.open = () => {
    attempts++;
    throw new Error("SecurityError");
  };
  world.socket.drop();
  await world.pass(9);
  assert.deepEqual(seen.states, ["connecting", "reconnecting"]);
  assert.ok(attempts >= 4);
});

test("the backoff grows with attempts that fail", async () => {
  const { world } = follow({ changes: null });
  world.chance = 1;
  for (const wait of [0.5, 1, 2, 4, 8, 16, 30, 30]) {
    const before = world.sockets.length;
    world.socket.drop();
    await world.pass(wait - 0.01);
    assert.equal(world.sockets.length, before, `before ${wait} s`);
    await world.pass(0.02);
    assert.equal(world.sockets.length, before + 1, `after ${wait} s`);
  }
});

test("the backoff starts over only when a socket has lived for a while", async () => {
  const { world, seen } = follow({ changes: null });
  world.chance = 1;
  for (let n = 0; n < 4; n++) {
    world.socket.hello(10);
    world.socket.drop();
    await world.pass(seen.seconds);
  }
  world.socket.hello(10);
  world.socket.drop();
  assert.equal(seen.seconds, 8);
  await world.pass(8);
  world.socket.hello(10);
  await world.pass(6);
  world.socket.drop();
  assert.equal(seen.seconds, 1);
});

test("readers whom a server sends away spread over some seconds", () => {
  for (const code of [1001, 1012, 1013]) {
    const { world, seen } = followLive();
    world.chance = 1;
    world.socket.drop(code);
    assert.equal(seen.seconds, 3);
  }
});

test("the seconds until the next attempt count down", async () => {
  const { world, seen } = followLive();
  world.chance = 1;
  world.socket.drop(1012);
  const counted = [seen.seconds];
  for (let n = 0; n < 3; n++) {
    await world.pass(1);
    counted.push(seen.seconds);
  }
  assert.deepEqual(counted, [3, 2, 1, 0]);
  assert.deepEqual(seen.states.slice(-1), ["reconnecting"]);
});

test("too many connections: it comes back, but later, and no event makes it sooner", async () => {
  const { world, seen } = follow();
  world.socket.drop(4029);
  assert.equal(seen.seconds, 60);
  await world.pass(30);
  world.show();
  world.goOnline();
  await world.pass(29);
  assert.equal(world.sockets.length, 1);
  await world.pass(2);
  assert.equal(world.sockets.length, 2);
});

test("too many connections does not mean that sockets are blocked", async () => {
  const { world } = follow();
  for (let n = 0; n < 4; n++) {
    world.socket.drop(4029);
    await world.pass(60);
  }
  assert.equal(world.requests.length, 0);
  assert.equal(world.sockets.length, 5);
});

test("terminal codes stop it for good", async () => {
  const gone = [4404, 4410];
  for (const code of [4400, 4401, 4403, 4404, 4410, 4499]) {
    const state = gone.includes(code) ? "gone" : "stopped";
    const { world, seen } = followLive();
    world.socket.drop(code);
    assert.equal(seen.states.at(-1), state);
    assert.equal(seen.code, code);
    world.goOffline();
    world.goOnline();
    world.show();
    world.comeBack();
    await world.pass(3600);
    assert.equal(world.sockets.length, 1);
    assert.equal(world.requests.length, 0);
    assert.equal(world.pendingTimers, 0);
  }
});

test("codes around the terminal ones do not stop it", async () => {
  for (const code of [1011, 3000, 4000, 4399, 4500]) {
    const { world } = followLive();
    world.socket.drop(code);
    await world.pass(1);
    assert.equal(world.sockets.length, 2, `${code}`);
  }
});

test("a server of another protocol version stops it", async () => {
  const { world, seen } = follow();
  world.socket.frame({ type: "hello", protocol: 2, cursor: "new-fangled" });
  assert.deepEqual(seen.states, ["connecting", "stopped"]);
  assert.equal(seen.code, null);
  await world.pass(600);
  assert.equal(world.sockets.length, 1);
});

test("an ended stream is looked at once a minute, as long as somebody looks", async () => {
  const { world, seen } = followLive();
  world.answer = () => changes(10, 10);
  world.socket.drop(1000);
  assert.equal(seen.states.at(-1), "ended");
  await world.pass(59);
  assert.equal(world.requests.length, 0);
  await world.pass(2);
  assert.equal(world.requests[0].url, "https://news.example/liveblog/demo/changes/?after=10");
  await world.pass(600);
  assert.equal(world.requests.length, 11);

  world.hide();
  await world.pass(600);
  assert.equal(world.requests.length, 11);
  world.show();
  await world.pass(0);
  assert.equal(world.requests.length, 12);
  world.hide();
  world.show();
  await world.pass(0);
  assert.equal(world.requests.length, 12);
  assert.equal(world.sockets.length, 1);
});

test("what is new on an ended stream is applied, and the socket tried once more", async () => {
  const { world, connection, seen } = followLive();
  const item = entry("entry-1", 11, "a");
  world.socket.drop(1000);
  world.answer = () => changes(10, 11, [item]);
  await world.pass(61);
  assert.deepEqual(seen.changes.at(-1).items, [item]);
  assert.equal(connection.version, 11);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 11);

  world.socket.hello(11);
  world.socket.drop(1000);
  assert.deepEqual(seen.states, ["connecting", "live", "ended"]);
});

test("a stream whose end was taken back is live again", async () => {
  const { world, seen } = followLive();
  world.socket.drop(1000);
  world.answer = () => changes(10, 11, [entry("liveblog-1", 11, null)]);
  await world.pass(61);
  world.socket.hello(11);
  await world.pass(6);
  assert.deepEqual(seen.states, ["connecting", "live", "ended", "live"]);
});

test("a reset sets the version, downwards too, and later changes build on it", () => {
  const { world, connection, seen } = followLive();
  world.socket.frame({ type: "reset", version: 900 });
  world.socket.changes(900, 901);
  world.socket.frame({ type: "reset", version: 5 });
  world.socket.changes(5, 6);
  assert.deepEqual(seen.resets, [900, 5]);
  assert.equal(connection.version, 6);
  assert.equal(world.sockets.length, 1);
});

test("a malformed frame is not applied: it reconnects with the version it has", async () => {
  const malformed = [
    "", "{", "null", "7", "[]", "{}", '{"type":7}', new ArrayBuffer(8),
    '{"type":"changes"}',
    '{"type":"changes","after":10,"version":"11","items":[]}',
    '{"type":"changes","after":10,"version":11,"items":{}}',
    '{"type":"changes","after":-1,"version":11,"items":[]}',
    '{"type":"changes","after":10,"version":9007199254740993,"items":[]}',
    '{"type":"reset"}', '{"type":"heartbeat","version":1.5}',
    '{"type":"hello","protocol":1}', '{"type":"hello"}',
  ];
  for (const text of malformed) {
    const { world, connection } = followLive();
    world.socket.text(text);
    assert.equal(connection.version, 10);
    await world.pass(1);
    assert.equal(world.sockets.length, 2, `${text}`);
    assert.equal(world.socket.after, 10);
  }
});

test("frames before the hello are not believed", async () => {
  const { world, seen } = follow();
  world.socket.changes(10, 11);
  assert.equal(seen.changes.length, 0);
  await world.pass(1);
  assert.equal(world.sockets.length, 2);
});

test("an item that cannot be shown does not hold up the others", () => {
  const { world, connection, seen } = followLive();
  const good = entry("entry-1", 12, "a");
  world.socket.changes(10, 12, [null, { id: 7 }, { id: "entry-2", version: 11 }, good]);
  assert.deepEqual(seen.changes[0].items, [good]);
  assert.equal(connection.version, 12);
});

test("fields that a later release may have are ignored", () => {
  const { world, connection } = follow();
  const more = { later: [1] };
  world.socket.hello(10, more);
  const item = { ...entry("entry-1", 11, "a"), ...more };
  world.socket.frame({ type: "changes", after: 10, version: 11, items: [item], ...more });
  world.socket.frame({ type: "heartbeat", version: 11, ...more });
  assert.equal(connection.version, 11);
  assert.equal(connection.state, "live");
  world.socket.frame({ type: "reset", version: 20, ...more });
  assert.equal(connection.version, 20);
});

test("frames of other types are passed on", () => {
  const { world, seen } = followLive();
  world.socket.frame({ type: "typing", name: "Ada" });
  world.socket.frame({ type: "constructor" });
  assert.deepEqual(seen.frames, [{ type: "typing", name: "Ada" }, { type: "constructor" }]);
  assert.equal(world.sockets.length, 1);
});

test("an action is sent when the connection is open, and only then", async () => {
  const { world, connection } = follow();
  assert.equal(connection.send({ type: "typing" }), false);
  world.socket.hello(10);
  assert.equal(connection.send({ type: "typing" }), true);
  assert.deepEqual(world.socket.sent, [{ type: "typing" }]);
  world.socket.drop();
  assert.equal(connection.send({ type: "typing" }), false);
  connection.stop();
  assert.equal(connection.send({ type: "typing" }), false);
});

test("a listener may stop the connection that tells it something", async () => {
  const { world, connection } = followLive();
  world.socket.drop(1000);
  world.answer = () => changes(10, 11, [entry("entry-1", 11, "a")]);
  connection.addEventListener("changes", () => connection.stop());
  await world.pass(600);
  assert.equal(world.pendingTimers, 0);
  assert.equal(world.sockets.length, 1);
});

test("after stop nothing is left running", async () => {
  const { world, connection, seen } = followLive();
  const socket = world.socket;
  connection.stop();
  assert.equal(socket.readyState, 3);
  socket.changes(10, 11);
  socket.drop();
  world.goOnline();
  await world.pass(600);
  assert.equal(world.pendingTimers, 0);
  assert.equal(world.sockets.length, 1);
  assert.deepEqual(seen.changes, []);
});
