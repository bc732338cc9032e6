const MOST = 8; // people offered at once
// What usernames are made of, as the server reads a text; after such a character an @ mentions nobody.
const PART = String.raw`[\p{L}\p{N}_.@+\-]`;
const BEGUN = new RegExp(`(?<!${PART}|/)@(${PART}*)$`, "u");

/** The mention that is being written where the caret stands: {start, query}, from its @ on; or null. */
export function mentionAt(text, caret) {
  if (/^[\p{L}\p{N}_]/u.test(text.slice(caret))) return null; // within a word
  const begun = BEGUN.exec(text.slice(0, caret));
  return begun && { start: begun.index, query: begun[1] };
}

/** Of people, {name, username}, those meant by a query; none when it is a username: Enter sends the message then. */
export function meant(people, query) {
  if (people.some(({ username }) => username === query)) return [];
  const begins = (name) => fold(name).startsWith(fold(query));
  return people.filter(({ name, username }) => begins(name) || begins(username)).slice(0, MOST);
}

/** What to put from `start` to `end` of a text, and that end, so that it mentions someone and the text goes on. */
export function insertion(text, start, end, username) {
  const glued = new RegExp(`(${PART}|[/,;:!?])$`, "u").test(text.slice(0, start));
  return { words: `${glued ? " " : ""}@${username} `, end: text[end] === " " ? end + 1 : end };
}

/** Capitals and accents are the same as without. */
const fold = (name) => name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
