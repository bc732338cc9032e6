const KEEP = { op: "keep" };
const REPLACE = { op: "replace" };
const REMOVE = { op: "remove" };

/**
 * What the page knows of a stream's items, and what is to be done about the next one. Pure: it knows no DOM.
 *
 * A decision is {op, before?}, op being "keep" (nothing is to be done), "replace" (where it stands), "place"
 * (new, or moved from elsewhere, in front of the item with the id `before`, null for the end) or "remove".
 * Positions are compared as text by code units. The higher is the newer, whichever end it is shown at.
 */
export class Items {
  #newestFirst;
  #floor; // everything up to this version is in the page as it was loaded
  #versions = new Map(); // of every id seen, tombstones and items outside the window included
  #shown = new Map(); // id -> position, null for one with a fixed place of its own
  #oldest = null; // the window's ends; null where everything is loaded
  #newest = null;

  /**
   * @param page {version, items: [{id, version, position}], older, newer}, the last two telling whether it
   *   links to more
   * @param {string} order "newest-first" or "oldest-first"
   */
  constructor({ version, items, older, newer }, order) {
    this.#newestFirst = order !== "oldest-first";
    this.#floor = version;
    for (const { id, version, position } of items) {
      this.#versions.set(id, version);
      this.#shown.set(id, position);
    }
    // The ends stay when the item that stood there goes: the next page of older ones starts below it.
    const positions = positionsOf(items);
    if (older) this.#oldest = positions[0] ?? null;
    if (newer) this.#newest = positions.at(-1) ?? "";
  }

  /** From now on, the other end comes first. */
  turn(order) {
    this.#newestFirst = order !== "oldest-first";
  }

  /** Whether what stands at position `a` comes after what stands at `b`; what is first stays so at either end. */
  comesAfter(a, b) {
    if (this.#newestFirst) return a < b;
    return isFirst(a) === isFirst(b) ? a > b : isFirst(b);
  }

  /** Decide about an item of a live change. In any order of arrival the highest version of an id wins. */
  take({ id, version, position = null, removed }) {
    if (version <= Math.max(this.#floor, this.#versions.get(id) ?? 0)) return KEEP;
    this.#versions.set(id, version);
    return removed ? this.#remove(id) : this.#put(id, position);
  }

  /**
   * Widen the window by a page of older items, `older` telling whether it links to more.
   * @returns {object[]} a decision for each, to be carried out in this order
   */
  extend({ items, older }) {
    if (older) this.#oldest = positionsOf(items)[0] ?? this.#oldest;
    else this.#oldest = null;
    return items.map(({ id, version, position }) => {
      const known = this.#versions.get(id) ?? 0;
      // One that is known but was outside the window has the same version.
      if (version < known || (version === known && this.#shown.has(id))) return KEEP;
      this.#versions.set(id, version);
      return this.#put(id, position);
    });
  }

  #put(id, position) {
    const current = this.#shown.get(id);
    const stays = position === null || current === null || current === position;
    if (stays) return current === undefined ? KEEP : REPLACE;
    if (!this.#inWindow(position)) return this.#remove(id);
    this.#shown.set(id, position);
    return { op: "place", before: this.#follower(id, position) };
  }

  #remove(id) {
    return this.#shown.delete(id) ? REMOVE : KEEP;
  }

  #inWindow(position) {
    const below = this.#oldest !== null && position < this.#oldest;
    const above = this.#newest !== null && position > this.#newest;
    return !below && !above;
  }

  /** The id of the shown item that comes right after `position`. */
  #follower(id, position) {
    let follower = null;
    let nearest = null;
    for (const [other, place] of this.#shown) {
      if (other === id || place === null || !this.comesAfter(place, position)) continue;
      if (nearest === null || this.comesAfter(nearest, place)) [follower, nearest] = [other, place];
    }
    return follower;
  }
}

/** As positions.py has it, which puts it in front of the time. */
function isFirst(position) {
  return position.startsWith("1.");
}

/** The positions of `items`, lowest first. sort() compares by code units. */
function positionsOf(items) {
  return items.map((item) => item.position).filter((position) => position !== null).sort();
}
