const TOGETHER = 5 * 60_000; // milliseconds between two messages of one author that stand under one name

/**
 * What stands between messages, and which go on from the one before. Pure. The line parts no group: which messages
 * go on is the same on every page that shows them, however far its reader has read.
 * @param messages {number, author, time}, oldest first; `author` null for one who is gone, `time` in milliseconds;
 *   one without a number is still on its way
 * @param dayOf (time) => the local day, as text
 * @param options {line, person}: the number after which the line above the new ones stands, or null; whose own messages
 *   are not new to them
 * @returns {object[]} for each {continued, day, unread}: `day` is the one that begins with it, or null; `unread` says
 *   that the line is above it
 */
export function arrange(messages, dayOf, { line = null, person } = {}) {
  let before = null;
  let lineIsDue = line !== null;
  return messages.map(({ number, author, time }, index) => {
    const day = dayOf(time);
    const sameDay = before?.day === day;
    const near = sameDay && Math.abs(time - before.time) <= TOGETHER;
    const isNew = lineIsDue && number > line && author !== person;
    if (isNew) lineIsDue = false;
    const continued = near && author !== null && author === before.author;
    before = { author, time, day };
    return { continued, day: sameDay ? null : day, unread: isNew && index > 0 };
  });
}

/** The local day of an instant, such as 2026-11-22. By hand: Intl takes too long for every message of a page. */
export function localDay(time) {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].join("-");
}
