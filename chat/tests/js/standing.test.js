import assert from "node:assert/strict";
import { test } from "node:test";

import { hindrance, isPassing } from "../../static/chat/acting/hindrance.js";
import { Standing } from "../../static/chat/acting/standing.js";

const NOW = Date.UTC(2026, 10, 22);
const LATER = "2026-11-22T01:00:00Z";

const membership = (fields = {}) => ({
  id: "membership-4",
  data: { room: 3, name: "Lobby", role: "member", muted_until: null, ...fields },
});
const page = (fields = {}) => ({ room: "3", member: "", membership: "membership-4", ...fields });

const why = (fields) =>
  hindrance({ state: "live", code: null, member: true, closed: false, mutedUntil: null, ...fields }, NOW);

test("a member who is connected may write", () => {
  assert.equal(why({}), "");
  assert.equal(why({ state: "polling" }), "");
  assert.equal(why({ state: "connecting" }), "");
});

test("of several reasons the one that lasts longest is named", () => {
  const all = { state: "offline", member: false, closed: true, mutedUntil: NOW + 1 };
  assert.equal(why({ ...all, state: "stopped", code: 4401 }), "sign_in");
  assert.equal(why(all), "closed");
  assert.equal(why({ ...all, closed: false }), "not_member");
  assert.equal(why({ ...all, closed: false, member: true }), "muted");
  assert.equal(why({ state: "offline" }), "offline");
  assert.equal(why({ state: "reconnecting" }), "reconnecting");
});

test("the code with which the server ended the connection says why", () => {
  assert.equal(why({ state: "stopped", code: 4403 }), "banned");
  assert.equal(why({ state: "gone", code: 4404 }), "gone");
  assert.equal(why({ state: "gone", code: 4410 }), "gone");
  assert.equal(why({ state: "stopped", code: null }), "stopped");
});

test("a mute ends by itself", () => {
  assert.equal(why({ mutedUntil: NOW }), "");
});

test("only a lost connection lets one go on typing", () => {
  assert.deepEqual(["offline", "reconnecting", "closed", "muted", ""].map(isPassing), [true, true, false, false, false]);
});

test("the page says where the person stands, and their own stream how that changes", () => {
  const standing = new Standing(page());
  assert.deepEqual({ ...standing }, { member: true, moderator: false, mutedUntil: null });
  standing.take(membership({ role: "moderator" }));
  assert.equal(standing.moderator, true);
  standing.take(membership({ muted_until: LATER }));
  assert.deepEqual({ ...standing }, { member: true, moderator: false, mutedUntil: Date.parse(LATER) });
  standing.take({ id: "membership-4", removed: true });
  assert.equal(standing.member, false);
});

test("who joins while the page is open is known by that membership from then on", () => {
  const standing = new Standing(page({ member: undefined, membership: undefined }));
  assert.equal(standing.member, false);
  standing.take(membership());
  assert.equal(standing.member, true);
  standing.take({ id: "membership-4", removed: true });
  assert.equal(standing.member, false);
});

test("other rooms, other people's cards and other items say nothing of it", () => {
  const standing = new Standing(page());
  standing.take({ ...membership({ room: 8, role: "moderator" }), id: "membership-9" });
  standing.take({ id: "membership-9", removed: true });
  standing.take({ id: "marker-4", data: { room: 3, number: 7 } });
  assert.deepEqual({ ...standing }, { member: true, moderator: false, mutedUntil: null });
});

test("who moderates the whole site does so without a role, and without being a member", () => {
  const standing = new Standing(page({ moderator: "site", mutedUntil: LATER }));
  assert.equal(standing.mutedUntil, Date.parse(LATER));
  standing.take(membership());
  assert.equal(standing.moderator, true);
  standing.take({ id: "membership-4", removed: true });
  assert.equal(standing.moderator, true);
});

test("a page that is fetched anew starts it over", () => {
  const standing = new Standing(page({ moderator: "role" }));
  standing.reset({ room: "3", member: "" });
  assert.equal(standing.moderator, false);
  standing.take({ id: "membership-4", removed: true });
  assert.equal(standing.member, false);
});
