// Close codes of the room's socket, by what they mean for whoever wants to write.
const REFUSED = new Map([[4401, "sign_in"], [4403, "banned"], [4404, "gone"], [4410, "gone"]]);

/**
 * Why one cannot write right now, the lasting reasons first; "" if one can. Most are the server's error codes.
 * @param room {state, code, member, closed, mutedUntil}: the connection's state with its close code; the times in
 *   milliseconds, `mutedUntil` null if never
 */
export function hindrance({ state, code, member, closed, mutedUntil }, now) {
  if (state === "gone" || state === "stopped") return REFUSED.get(code) ?? "stopped";
  if (closed) return "closed";
  if (!member) return "not_member";
  if (mutedUntil !== null && mutedUntil > now) return "muted";
  return state === "offline" || state === "reconnecting" ? state : "";
}

/** Whether it goes by itself: one goes on typing meanwhile, and only cannot send. */
export const isPassing = (hindrance) => hindrance === "offline" || hindrance === "reconnecting";
