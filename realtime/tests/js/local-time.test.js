import "./dom.js";

import assert from "node:assert/strict";
import { test } from "node:test";

import { localTimes } from "../../static/realtime/local-time.js";

function rewritten(html, options = {}) {
  const root = document.createElement("div");
  root.innerHTML = html;
  localTimes(root, { timeZone: "Europe/Berlin", ...options });
  return root.children[0];
}

const INSTANT = 'datetime="2026-11-22T14:05:00Z"';

test("a time is shown in the reader's zone, in full as its title", () => {
  const time = rewritten(`<time ${INSTANT}>14:05 UTC</time>`);
  assert.equal(time.textContent, "15:05");
  assert.match(time.title, /Sunday.* 22 November 2026.* 15:05:00 CET/);
});

test("with the format datetime it says the date as well", () => {
  const time = rewritten(`<time ${INSTANT} data-format="datetime"></time>`, { timeZone: "Asia/Tokyo" });
  assert.equal(time.textContent, "22 Nov 2026, 23:05");
});

test("with the format short it says the day and the year only where they are others", () => {
  const short = (now) => rewritten(`<time ${INSTANT} data-format="short"></time>`, { now: new Date(now) }).textContent;
  assert.equal(short("2026-11-22T22:59:00Z"), "15:05");
  assert.equal(short("2026-11-22T23:00:00Z"), "22 Nov, 15:05");
  assert.equal(short("2027-11-22T14:05:00Z"), "22 Nov 2026, 15:05");
});

test("it speaks the page's language", () => {
  const time = rewritten(`<time ${INSTANT} data-format="datetime"></time>`, { language: "de" });
  assert.equal(time.textContent, "22.11.2026, 15:05");
});

test("doing it twice changes nothing", () => {
  const time = rewritten(`<time ${INSTANT}></time>`);
  const before = time.outerHTML;
  localTimes({ querySelectorAll: () => [time] }, { timeZone: "Europe/Berlin" });
  assert.equal(time.outerHTML, before);
});

test("a date alone, nonsense and a strange language are left in peace", () => {
  for (const datetime of ["2026-11-22", "yesTerday", ""]) {
    assert.equal(rewritten(`<time datetime="${datetime}">as it was</time>`).textContent, "as it was");
  }
  assert.match(rewritten(`<time ${INSTANT}></time>`, { language: "no such tag" }).textContent, /\d/);
});
