import assert from "node:assert/strict";
import { test } from "node:test";

import { Timers } from "../../../realtime/static/realtime/environment.js";
import { World, settled } from "../../../realtime/tests/js/fakes.js";
import { uuid } from "../../../realtime/static/realtime/uuid.js";
import { Actions } from "../../static/chat/acting/actions.js";

/** Actions in a world where the test is the server. */
function open(state = "live") {
  const world = new World();
  const seen = { sent: [], posted: [], answers: [] };
  const server = { up: true, answer: null };
  const actions = new Actions({
    send: (action) => (server.up ? seen.sent.push(action) > 0 : false),
    post: async (action) => (seen.posted.push(action), server.answer?.(action) ?? null),
    timers: new Timers(world),
  });
  actions.state = state;
  const perform = (action) => actions.perform(action).then((answer) => seen.answers.push(answer));
  return { world, seen, server, actions, perform };
}

test("an action gets an id, and the answer that names it", async () => {
  const { actions, seen, perform } = open();
  perform({ type: "delete", message: 7 });
  const [{ id }] = seen.sent;
  assert.match(id, /^[0-9a-f-]{36}$/);
  actions.hear({ type: "ack", id: "another" });
  actions.hear({ type: "ack", id, version: 12 });
  actions.hear({ type: "ack", id, version: 13 });
  await settled();
  assert.deepEqual(seen.answers, [{ type: "ack", id, version: 12 }]);
});

test("without a connection it waits for one", () => {
  const { actions, seen, perform } = open("offline");
  perform({ type: "send", id: "1", text: "a" });
  assert.deepEqual(seen.sent, []);
  actions.state = "live";
  assert.deepEqual(seen.sent, [{ type: "send", id: "1", text: "a" }]);
});

test("whatever is not answered is sent again after a reconnect, under its id and in its order", async () => {
  const { actions, seen, perform } = open();
  for (const id of ["1", "2", "3"]) perform({ type: "report", id });
  actions.hear({ type: "error", id: "2", code: "not_found", detail: "Gone." });
  actions.state = "reconnecting";
  actions.state = "live";
  assert.deepEqual(seen.sent.map(({ id }) => id), ["1", "2", "3", "1", "3"]);
  await settled();
  assert.equal(seen.answers[0].detail, "Gone.");
});

test("one that the closing socket did not take goes out with the next", () => {
  const { actions, server, seen, perform } = open();
  server.up = false;
  perform({ type: "report", id: "1" });
  server.up = true;
  actions.state = "reconnecting";
  actions.state = "live";
  assert.deepEqual(seen.sent.map(({ id }) => id), ["1"]);
});

test("what may or may not have been done is sent again in a while, not told", async () => {
  const { world, actions, seen, perform } = open();
  perform({ type: "send", id: "1" });
  actions.hear({ type: "error", id: "1", code: "unavailable", detail: "?" });
  await world.pass(2.9);
  assert.equal(seen.sent.length, 1);
  await world.pass(0.2);
  assert.equal(seen.sent.length, 2);
  assert.deepEqual(seen.answers, []);
  actions.hear({ type: "ack", id: "1" });
  await world.pass(60);
  assert.equal(seen.sent.length, 2);
  assert.equal(seen.answers.length, 1);
  assert.equal(world.pendingTimers, 0);
});

test("where there are no sockets it is posted, again and again until there is an answer", async () => {
  const { world, seen, server, perform } = open("polling");
  perform({ type: "send", id: "1", text: "a" });
  await world.pass(7);
  assert.equal(seen.posted.length, 3);
  server.answer = () => ({ type: "ack", version: 5 });
  await world.pass(3);
  assert.deepEqual(seen.answers, [{ type: "ack", id: "1", version: 5 }]);
  assert.deepEqual(seen.sent, []);
});

test("a connection that comes while a post is under way takes it over; the first answer counts", async () => {
  const { actions, seen, server, perform } = open("polling");
  server.answer = () => ({ type: "ack", version: 5 });
  perform({ type: "send", id: "1" });
  actions.state = "live";
  actions.hear({ type: "ack", id: "1", version: 4 });
  await settled();
  assert.equal(seen.sent.length, 1);
  assert.deepEqual(seen.answers.map(({ version }) => version), [4]);
});

test("what needs no answer goes out once, one way or the other, or not at all", () => {
  const { actions, seen, server } = open("live");
  assert.equal(actions.tell({ type: "read", number: 1 }), true);
  server.up = false;
  assert.equal(actions.tell({ type: "read", number: 2 }), false);
  actions.state = "polling";
  assert.equal(actions.tell({ type: "read", number: 3 }), true);
  server.up = true;
  actions.state = "live";
  assert.deepEqual(seen.sent, [{ type: "read", number: 1 }]);
  assert.deepEqual(seen.posted, [{ type: "read", number: 3 }]);
});

test("ids are random UUIDs", () => {
  const ids = new Set(Array.from({ length: 100 }, uuid));
  assert.equal(ids.size, 100);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
