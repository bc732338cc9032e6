import { browser, fetchText } from "../../realtime/environment.js";

/** (query) => Promise of the people in a room whose names begin like that; none where the server has no answer. */
export function finder(url) {
  return async (query) => {
    try {
      const { ok, text } = await fetchText(browser, `${url}?${new URLSearchParams({ q: query })}`);
      return ok ? JSON.parse(text).people : [];
    } catch {
      return [];
    }
  };
}
