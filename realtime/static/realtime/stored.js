/** One text in the browser's storage. Where there is none to be had, nothing is kept, and nothing breaks. */
export function stored(name, key) {
  return {
    load() {
      try {
        return globalThis[name].getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    save(text) {
      try {
        if (text) globalThis[name].setItem(key, text);
        else globalThis[name].removeItem(key);
      } catch {
        // Full, or forbidden.
      }
    },
  };
}
