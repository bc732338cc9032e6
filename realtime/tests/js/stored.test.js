import assert from "node:assert/strict";
import { test } from "node:test";

import { stored } from "../../static/realtime/stored.js";

test("a draft is kept where that is possible, and nothing breaks where it is not", () => {
  const items = new Map();
  globalThis.localStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => items.set(key, text),
    removeItem: (key) => items.delete(key),
  };
  const draft = stored("localStorage", "draft");
  assert.equal(draft.load(), "");
  draft.save("half a");
  assert.equal(draft.load(), "half a");
  draft.save("");
  assert.equal(items.size, 0);
  delete globalThis.localStorage;
  draft.save("lost");
  assert.equal(draft.load(), "");
});
