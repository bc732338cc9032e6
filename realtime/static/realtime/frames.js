/** The protocol version this client speaks (docs/protocol.md). */
export const PROTOCOL = 1;

const isVersion = (value) => Number.isSafeInteger(value) && value >= 0;

const isShowable = (item) => item.removed === true || typeof item.html === "string";
const isItem = (item) => typeof item?.id === "string" && isVersion(item.version) && isShowable(item);

function isHello({ protocol, version, heartbeat }) {
  // A server of another protocol may have other fields: its number is all that is read of it.
  return Number.isInteger(protocol) && (protocol !== PROTOCOL || (isVersion(version) && heartbeat > 0));
}

const WELL_FORMED = new Map([
  ["hello", isHello],
  ["changes", (frame) => isVersion(frame.after) && isVersion(frame.version) && Array.isArray(frame.items)],
  ["reset", (frame) => isVersion(frame.version)],
  ["heartbeat", (frame) => isVersion(frame.version)],
]);

/**
 * Read one frame, or one answer of the changes URL, which may bring other `frames` with it. Types not known here pass unchecked: they are for others.
 * Items that cannot be shown are left out: the rest must not wait for them.
 * @returns {object|null} null if it is malformed
 */
export function parseFrame(text) {
  let frame;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame?.type !== "string" || WELL_FORMED.get(frame.type)?.(frame) === false) return null;
  if (frame.type !== "changes" && frame.type !== "reset") return frame;
  const frames = Array.isArray(frame.frames) ? frame.frames.filter((other) => typeof other?.type === "string") : [];
  return frame.type === "changes" ? { ...frame, frames, items: frame.items.filter(isItem) } : { ...frame, frames };
}

/** Close codes of the server that end the matter: coming back would bring the same answer. */
export const isTerminal = (code) => code >= 4400 && code <= 4499;

/** Terminal codes which say that the stream is not there (any more). */
export const isGone = (code) => code === 4404 || code === 4410;
