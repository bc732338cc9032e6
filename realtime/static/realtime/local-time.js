const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FORMATS = {
  clock: CLOCK,
  time: { timeStyle: "short" },
  datetime: { dateStyle: "medium", timeStyle: "short" },
};

/**
 * Rewrite every <time datetime="2026-11-22T14:05:00Z"> below `root` to the reader's zone and the page's
 * language: the time of day, with data-format="datetime" the date as well, with "clock" by 24 hours; in full, zone
 * included, as title. The text depends on the instant alone, not on what day it is: one page says the same whenever it
 * is opened. With "short", a clock that says the day and the year where they are not today's, it does not.
 * @param {ParentNode} root
 * @param options {language, timeZone, now}: the page's and the browser's by default
 */
export function localTimes(root, { language = readersLocale(), timeZone, now = new Date() } = {}) {
  const locale = supported(language);
  const title = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone });
  for (const element of root.querySelectorAll("time[datetime]")) {
    const text = element.getAttribute("datetime");
    const instant = new Date(text);
    // A date without a time of day is no instant: it is the same date in every zone.
    if (!text.includes("T") || Number.isNaN(instant.getTime())) continue;
    const format = element.dataset.format === "short" ? short(instant, now, timeZone) : FORMATS[element.dataset.format];
    element.textContent = new Intl.DateTimeFormat(locale, { ...(format ?? FORMATS.time), timeZone }).format(instant);
    element.title = title.format(instant);
  }
}

/** 22:13, in the reader's zone; with the day where that is not today. */
export function clock(instant) {
  return new Intl.DateTimeFormat(supported(readersLocale()), short(instant, new Date())).format(instant);
}

/** The reader's own kind of the page's language: British dates on a page in English, where the browser says so. */
export function readersLocale() {
  const page = document.documentElement.lang;
  if (page.includes("-")) return page;
  return globalThis.navigator?.languages?.find((language) => language.split("-")[0] === page) ?? page;
}

function short(instant, now, timeZone) {
  const [day, today] = [instant, now].map((moment) => moment.toLocaleDateString("en", { timeZone }).split("/"));
  if (day.join() === today.join()) return CLOCK;
  return { ...CLOCK, day: "numeric", month: "short", year: day[2] === today[2] ? undefined : "numeric" };
}

/** @returns {string|undefined} undefined, the browser's own language, for what is no language tag */
function supported(language) {
  try {
    return Intl.getCanonicalLocales(language || undefined)[0];
  } catch {
    return undefined;
  }
}
