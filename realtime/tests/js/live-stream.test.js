import "./dom.js";

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { World, article, entry, removed } from "./fakes.js";

const { LiveStream } = await import("../../static/realtime/live-stream.js");

const HEADER = '<header id="liveblog-7" data-version="2">Storm</header>';
const STATUS =
  '<p role="status" data-status data-connecting="Connecting…" data-live="Live" data-offline="Offline"' +
  ' data-reconnecting="Reconnecting in {seconds} s" data-ended="Ended" data-gone="Gone"></p>';
const OLDER = '<a data-older href="?before=4">Older entries</a>';

/** A page whose stream is at `version`. */
const page = (version, articles, { older = "", header = HEADER, status = STATUS } = {}) =>
  `<live-stream socket="/_ws/liveblog/demo" changes="changes/" version="${version}" order="newest-first">` +
  `${status}${header}<div data-items>${articles.join("")}</div>${older}</live-stream>`;

const E8 = article("e8", 8, "8");
const E6 = article("e6", 6, "6");
const E4 = article("e4", 4, "4");

/** Open a page; its socket has had its hello unless told otherwise. */
function open(html = page(10, [E8, E6, E4], { older: OLDER }), { hello = true } = {}) {
  const world = new World();
  const holder = document.createElement("div");
  holder.innerHTML = html;
  const stream = holder.children[0];
  assert.ok(stream instanceof LiveStream);
  stream.environment = world;
  document.body.append(stream);
  if (hello) world.socket.hello(10);
  return { world, stream, ...parts(stream) };
}

const parts = (stream) => ({
  list: stream.querySelector("[data-items]"),
  link: stream.querySelector("[data-older]"),
  status: stream.querySelector("[data-status]"),
});

const ids = (list) => list.children.map((element) => element.id).join(" ");

afterEach(() => document.body.replaceChildren());

test("it connects from the version the page was rendered at", () => {
  const { world, stream } = open();
  assert.equal(world.socket.after, 10);
  world.socket.changes(10, 12);
  assert.equal(stream.getAttribute("version"), "12");
});

test("entries appear, change, move and vanish", () => {
  const { world, list } = open();
  world.socket.changes(10, 11, [entry("e9", 11, "9", "hello")]);
  assert.equal(ids(list), "e9 e8 e6 e4");
  world.socket.changes(11, 12, [entry("e9", 12, "9", "hello again")]);
  assert.equal(list.children[0].textContent, "hello again");
  world.socket.changes(12, 13, [entry("e4", 13, "7")]);
  assert.equal(ids(list), "e9 e8 e4 e6");
  world.socket.changes(13, 14, [removed("e8", 14), removed("unknown", 14)]);
  assert.equal(ids(list), "e9 e4 e6");
});

test("after a stir the HTML is that of a fresh page", async () => {
  const { world, stream } = open(page(10, [E8, E6, E4]));
  world.socket.changes(10, 12, [entry("e9", 11, "9"), removed("e6", 12)]);
  world.socket.changes(10, 11, [entry("e9", 11, "9"), entry("e6", 9, "6", "late")]);
  world.socket.changes(12, 14, [entry("e6", 13, "6"), entry("liveblog-7", 14, null)]);
  await world.pass(10);
  const html = stream.outerHTML;
  document.body.replaceChildren();

  const header = '<article id="liveblog-7" data-version="14" data-position="null">v14</article>';
  const articles = [article("e9", 11, "9"), E8, article("e6", 13, "6"), E4];
  const fresh = open(page(14, articles, { header }));
  assert.equal(html, fresh.stream.outerHTML);
});

test("an item with a place of its own is replaced there", () => {
  const { world, stream } = open();
  const html = '<header id="liveblog-7" data-version="11">Storm over</header>';
  world.socket.changes(10, 11, [{ id: "liveblog-7", version: 11, position: null, html }]);
  assert.equal(stream.querySelector("header").textContent, "Storm over");
  assert.equal(stream.querySelectorAll("header").length, 1);
});

test("without a list nothing is inserted, as on the page of a single entry", () => {
  const { world, stream } = open(page(10, []).replace("<div data-items></div>", E8));
  world.socket.changes(10, 12, [entry("e9", 11, "9"), entry("e8", 12, "88", "edited")]);
  assert.equal(stream.querySelectorAll("article").length, 1);
  assert.equal(stream.querySelector("article").textContent, "edited");
});

test("an element elsewhere on the page that has an item's id is not touched", () => {
  const { world, list } = open();
  const stranger = document.createElement("p");
  stranger.setAttribute("id", "e9");
  document.body.append(stranger);
  world.socket.changes(10, 11, [entry("e9", 11, "9")]);
  assert.ok(stranger.isConnected);
  assert.equal(ids(list), "e9 e8 e6 e4");
});

test("an item without an element changes nothing", () => {
  const { world, list } = open();
  world.socket.changes(10, 11, [{ ...entry("e8", 11, "8"), html: "" }]);
  assert.equal(ids(list), "e8 e6 e4");
});

test("what just arrived is marked for a while; what was edited is not", async () => {
  const { world, list } = open();
  world.socket.changes(10, 12, [entry("e9", 11, "9"), entry("e8", 12, "8")]);
  const [arrived, edited] = list.children;
  assert.ok(arrived.hasAttribute("data-new"));
  assert.ok(!edited.hasAttribute("data-new"));
  await world.pass(6);
  assert.ok(!arrived.hasAttribute("data-new"));
});

test("the focus stays where it was when its entry is replaced or moved", () => {
  const { world, list } = open(page(10, [E8.replace("v8", '<a href="#a">a</a><a href="#b">b</a>'), E6]));
  const html = '<article id="e8" data-version="11"><p>more</p><a href="#a">a</a><a href="#b">b</a></article>';
  list.querySelectorAll("a")[1].focus();
  world.socket.changes(10, 11, [{ id: "e8", version: 11, position: "8", html }]);
  assert.equal(document.activeElement, list.querySelectorAll("a")[1]);
  world.socket.changes(11, 12, [{ id: "e8", version: 12, position: "5", html }]);
  assert.equal(ids(list), "e6 e8");
  assert.equal(document.activeElement, list.querySelectorAll("a")[1]);
});

test("the focus is never taken from elsewhere", () => {
  const { world, link } = open();
  link.focus();
  world.socket.changes(10, 12, [entry("e9", 11, "9", '<a href="#a">a</a>'), entry("e8", 12, "8")]);
  assert.equal(document.activeElement, link);
});

test("times are in the reader's zone, in what arrives too", () => {
  const time = '<time datetime="2026-11-22T14:05:00Z">14:05 UTC</time>';
  const { world, list } = open(page(10, [E8.replace("v8", time)]));
  world.socket.changes(10, 11, [entry("e9", 11, "9", time)]);
  for (const element of list.querySelectorAll("time")) assert.match(element.title, /2026/);
  assert.equal(list.querySelectorAll("time").length, 2);
});

test("the status line uses the page's words, and only its number changes from second to second", async () => {
  const { world, status } = open(undefined, { hello: false });
  assert.equal(status.textContent, "Connecting…");
  world.socket.hello(10);
  assert.equal(status.textContent, "Live");
  assert.equal(status.dataset.state, "live");
  world.chance = 1;
  world.socket.drop(1012);
  assert.equal(status.textContent, "Reconnecting in 3 s");
  const nodes = [...status.childNodes];
  await world.pass(1);
  assert.equal(status.textContent, "Reconnecting in 2 s");
  assert.deepEqual(status.childNodes, nodes);
  assert.equal(status.querySelector("[data-seconds]").getAttribute("aria-live"), "off");
});

test("a page without a status line works as well", () => {
  const { world, list } = open(page(10, [E8], { status: "" }));
  world.socket.changes(10, 11, [entry("e9", 11, "9")]);
  assert.equal(ids(list), "e9 e8");
});

test("older entries are added below, and the link goes on", async () => {
  const { world, list, link } = open();
  const next = '<a data-older href="?before=2">Older entries</a>';
  world.answer = () => page(10, [article("e3", 3, "3"), article("e2", 2, "2")], { older: next });
  assert.ok(link.click().defaultPrevented);
  assert.equal(link.getAttribute("aria-busy"), "true");
  await world.pass(0);
  assert.equal(world.requests[0].url, "https://news.example/liveblog/demo/?before=4");
  assert.equal(ids(list), "e8 e6 e4 e3 e2");
  assert.equal(link.getAttribute("href"), "?before=2");
  assert.ok(!link.hasAttribute("aria-busy"));
  assert.ok(!list.children[4].hasAttribute("data-new"));

  world.answer = () => page(10, [article("e1", 1, "1", '<a href="#">1</a>')]);
  link.focus();
  link.click();
  await world.pass(0);
  assert.equal(ids(list), "e8 e6 e4 e3 e2 e1");
  assert.ok(!link.isConnected);
  assert.equal(document.activeElement, list.querySelector("a"));
});

test("older entries from before what the page shows are fetched again, past the caches", async () => {
  const { world, list, link } = open();
  world.socket.changes(10, 20, [removed("e3", 20)]);
  const [e3, e2] = [article("e3", 3, "3"), article("e2", 2, "2")];
  world.answer = (url, { cache }) => (cache === "reload" ? page(20, [e2]) : page(19, [e3, e2]));
  link.click();
  await world.pass(1);
  assert.deepEqual(world.requests.map(({ cache }) => cache), ["default", "reload"]);
  assert.equal(ids(list), "e8 e6 e4 e2");
});

test("what happens while older entries are on their way is applied over them", async () => {
  const { world, stream, list, link } = open();
  let arrive;
  world.fetch = () => new Promise((resolve) => (arrive = (html) => resolve(new Response(html))));
  link.click();
  await world.pass(0);
  world.socket.changes(10, 12, [entry("e9", 11, "9"), removed("e3", 12)]);
  world.socket.changes(12, 14, [entry("e2", 13, "2", "new"), entry("e6", 14, "25")]);
  arrive(page(10, [article("e3", 3, "3"), article("e2", 2, "2")]));
  await world.pass(0);
  assert.equal(ids(list), "e9 e8 e4 e6 e2");
  assert.equal(list.children[4].textContent, "new");
  assert.equal(stream.version, 14);
});

test("when older entries cannot be had, live ones go on, and the link is an ordinary one again", async () => {
  const { world, list, link } = open();
  link.click();
  world.socket.changes(10, 11, [entry("e9", 11, "9")]);
  await world.pass(30);
  assert.equal(world.requests.length, 4);
  assert.equal(ids(list), "e9 e8 e6 e4");
  assert.ok(!link.hasAttribute("aria-busy"));
  assert.ok(!link.click().defaultPrevented);
});

test("an impatient reader starts one request; one who wants a new tab gets it", async () => {
  const { world, link } = open();
  world.answer = () => undefined;
  assert.ok(!link.click({ ctrlKey: true }).defaultPrevented);
  assert.ok(!link.click({ metaKey: true }).defaultPrevented);
  assert.equal(world.requests.length, 0);
  link.click();
  assert.ok(link.click().defaultPrevented);
  assert.equal(world.requests.length, 1);
});

test("a reset takes the page again until it has reached the version", async () => {
  const { world, stream, list } = open();
  let version = 800;
  const header = HEADER.replace("Storm", "Sun");
  world.answer = () => page((version += 50), [article("e99", 850, "99"), E6], { header });
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.equal(ids(list), "e8 e6 e4");
  await world.pass(5);
  assert.deepEqual(world.requests.map(({ url, cache }) => [url, cache]), [
    ["https://news.example/liveblog/demo/", "reload"],
    ["https://news.example/liveblog/demo/", "reload"],
  ]);
  assert.equal(ids(list), "e99 e6");
  assert.equal(stream.querySelector("header").textContent, "Sun");
  assert.equal(stream.version, 900);
  assert.equal(stream.querySelector("[data-older]"), null);
  assert.equal(world.sockets.length, 1);
});

test("a stream that was put on another page fetches from its own", async () => {
  const own = page(10, [E8], { older: OLDER }).replace("<live-stream", '<live-stream page="/chat/lobby/"');
  const { world, link } = open(own);
  world.answer = () => page(900, [E6]);
  link.click();
  await world.pass(0);
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  const urls = world.requests.map(({ url }) => url);
  assert.deepEqual(urls, ["https://news.example/chat/lobby/?before=4", "https://news.example/chat/lobby/"]);
});

test("changes that follow a reset wait for its page", async () => {
  const { world, stream, list } = open();
  world.answer = () => page(901, [article("e99", 901, "99")]);
  world.socket.frame({ type: "reset", version: 900 });
  world.socket.changes(900, 902, [entry("e98", 901, "98", "in the page's past"), entry("e97", 902, "97")]);
  assert.equal(ids(list), "e8 e6 e4");
  await world.pass(0);
  assert.equal(ids(list), "e99 e97");
  assert.equal(stream.version, 902);
});

test("a reset to below leaves nothing behind of the versions above", async () => {
  const { world, stream, list } = open();
  world.socket.changes(10, 20, [entry("e8", 20, "8", "from a lost future")]);
  world.answer = () => page(7, [E6, E4]);
  world.socket.frame({ type: "reset", version: 7 });
  await world.pass(0);
  assert.equal(ids(list), "e6 e4");
  assert.equal(stream.version, 7);
  world.socket.changes(7, 8, [entry("e8", 8, "8", "now")]);
  assert.equal(ids(list), "e8 e6 e4");
});

test("a reset overtakes older entries that are on their way", async () => {
  const { world, list, link } = open();
  const answers = [];
  world.fetch = (url, { signal }) =>
    new Promise((resolve, reject) => {
      answers.push((html) => resolve(new Response(html)));
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  link.click();
  world.socket.changes(10, 20, [entry("e9", 20, "9", "from a lost future")]);
  world.socket.frame({ type: "reset", version: 7 });
  await world.pass(0);
  assert.ok(!link.hasAttribute("aria-busy"));
  answers[1](page(7, [E6], { older: '<a data-older href="?before=6">Older</a>' }));
  await world.pass(0);
  answers[0](page(10, [article("e3", 3, "3")]));
  await world.pass(0);
  assert.equal(ids(list), "e6");
  assert.equal(link.getAttribute("href"), "?before=6");
});

test("after a reset the window is that of the new page", async () => {
  const { world, stream, list } = open(page(10, [E8, E6, E4]));
  world.answer = () => page(900, [E8, E6], { older: '<a data-older href="?before=6">Older</a>' });
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  world.socket.changes(900, 902, [entry("e7", 901, "7"), entry("e5", 902, "5")]);
  assert.equal(ids(list), "e8 e7 e6");
  assert.equal(stream.querySelector("[data-older]").getAttribute("href"), "?before=6");
});

test("a reset keeps the focus in an entry that is still there", async () => {
  const linked = E8.replace("v8", '<a href="#a">a</a>');
  const { world, list } = open(page(10, [linked, E6]));
  list.querySelector("a").focus();
  world.answer = () => page(900, [article("e99", 900, "99"), linked]);
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.equal(document.activeElement, list.querySelector("a"));
});

test("whoever arranges things around the items hears before and after each change of them", async () => {
  const { world, stream, list } = open();
  const heard = [];
  const tell = ({ type, detail }) =>
    heard.push([type, ids(list), detail.items.map(({ id }) => id).join(), detail.page?.localName, stream.version]);
  stream.addEventListener("changing", tell);
  stream.addEventListener("changed", tell);
  world.socket.changes(10, 12, [entry("e9", 11, "9"), { ...entry("marker-1", 12, null), html: "" }]);
  assert.deepEqual(heard.splice(0), [
    ["changing", "e8 e6 e4", "e9,marker-1", undefined, 10],
    ["changed", "e9 e8 e6 e4", "e9,marker-1", undefined, 12],
  ]);
  world.answer = () => page(12, [article("e3", 3, "3")]);
  stream.loadOlder();
  world.socket.changes(12, 13, [removed("e9", 13)]);
  assert.deepEqual(heard, []);
  await world.pass(0);
  assert.deepEqual(heard.splice(0), [
    ["changing", "e9 e8 e6 e4", "", "live-stream", 12],
    ["changed", "e9 e8 e6 e4 e3", "", "live-stream", 12],
    ["changing", "e9 e8 e6 e4 e3", "e9", undefined, 12],
    ["changed", "e8 e6 e4 e3", "e9", undefined, 13],
  ]);
  world.answer = () => page(900, [E6]);
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.deepEqual(heard[1], ["changed", "e6", "", "live-stream", 900]);
});

test("its connection's states and other frames are heard from the element as well", () => {
  const { world, stream } = open();
  const heard = [];
  stream.addEventListener("state", ({ detail }) => heard.push(detail.state));
  stream.addEventListener("frame", ({ detail }) => heard.push(detail.type));
  world.socket.frame({ type: "typing", person: 5 });
  world.socket.drop(4403);
  assert.deepEqual(heard, ["typing", "stopped"]);
});

test("older entries are not loaded twice at once, nor where there are none or none could be had", async () => {
  const { world, stream, list } = open();
  stream.loadOlder();
  stream.loadOlder();
  await world.pass(10);
  assert.equal(world.requests.length, 4);
  stream.loadOlder();
  await world.pass(10);
  assert.equal(world.requests.length, 4);
  const whole = open(page(10, [E8]));
  whole.stream.loadOlder();
  assert.equal(whole.world.requests.length, 0);
  assert.equal(ids(list), "e8 e6 e4");
});

test("of two streams on a page it takes its own", async () => {
  const { world, list } = open();
  const chat = page(999, []).replace("/_ws/liveblog/demo", "/_ws/chat/demo");
  world.answer = () => chat + page(900, [E6]);
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.equal(ids(list), "e6");
});

test("a stream whose address was corrected meanwhile is still its own", async () => {
  const { world, stream, list, link } = open();
  const corrected = (html) => html.replaceAll("/liveblog/demo", "/liveblog/storm");
  world.answer = () => corrected(page(20, [article("e2", 2, "2")]));
  link.click();
  await world.pass(1);
  assert.equal(ids(list), "e8 e6 e4 e2");
  world.answer = () => corrected(page(900, [E6]));
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.equal(ids(list), "e6");
  assert.equal(stream.version, 900);
});

test("of two streams on a page, one of which was corrected, it takes its own", async () => {
  const other = (version) => page(version, []).replace("/_ws/liveblog/demo", "/_ws/chat/user/5");
  const { world, list } = open();
  const second = document.createElement("div");
  second.innerHTML = other(1);
  second.children[0].environment = new World();
  document.body.append(second);
  world.answer = () => page(900, [E6]).replace("/_ws/liveblog/demo", "/_ws/liveblog/storm") + other(999);
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(0);
  assert.equal(ids(list), "e6");
});

test("a reset whose page fails is tried again and again, until the stream is gone", async () => {
  const { world, list } = open();
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(20);
  assert.ok(world.requests.length > 4);
  world.socket.drop(4410);
  await world.pass(6);
  const before = world.requests.length;
  await world.pass(60);
  assert.equal(world.requests.length, before);
  assert.equal(ids(list), "e8 e6 e4");
});

test("a reset whose page is gone leaves what is there, and live changes go on", async () => {
  const { world, stream } = open(page(10, [E8]));
  world.answer = () => 404;
  world.socket.frame({ type: "reset", version: 900 });
  await world.pass(30);
  assert.equal(world.requests.length, 1);
  world.socket.changes(900, 901, [removed("e8", 901)]);
  assert.equal(stream.querySelector("article"), null);
});

test("taken out of the page it stops; put back it goes on from what it shows", () => {
  const { world, stream, list } = open();
  world.socket.changes(10, 11, [entry("e9", 11, "9")]);
  const first = world.socket;
  stream.remove();
  assert.equal(first.readyState, 3);
  document.body.append(stream);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.socket.after, 11);
  world.socket.hello(11);
  world.socket.changes(11, 12, [entry("e9", 11, "9", "old"), entry("e95", 12, "95")]);
  assert.equal(ids(list), "e95 e9 e8 e6 e4");
});

test("paused, what is removed goes at once and all else waits, until it goes on", () => {
  const { world, stream, list } = open();
  const counts = [];
  stream.addEventListener("waiting", ({ detail }) => counts.push(detail.count));
  stream.paused = true;
  world.socket.changes(10, 12, [entry("e9", 11, "9"), removed("e6", 12)]);
  world.socket.changes(12, 13, [entry("e9", 13, "9", "edited")]);
  assert.equal(ids(list), "e8 e4");
  assert.deepEqual(counts, [1, 1]);
  assert.equal(stream.version, 10);
  stream.paused = false;
  assert.equal(ids(list), "e9 e8 e4");
  assert.equal(list.children[0].textContent, "edited");
  assert.equal(stream.version, 13);
});

test("paused, a page that is taken again has what waited", async () => {
  const { world, stream, list } = open();
  stream.paused = true;
  world.socket.changes(10, 11, [entry("e9", 11, "9")]);
  world.answer = () => page(12, [E8]);
  world.socket.frame({ type: "reset", version: 12 });
  await world.pass(1);
  assert.equal(ids(list), "e8");
  stream.paused = false;
  assert.equal(ids(list), "e8");
});
