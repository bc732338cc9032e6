/** What the person may do in one room, as the items of their own stream tell it. Pure. */
export class Standing {
  member;
  moderator;
  mutedUntil; // in milliseconds, or null

  #room;
  #everywhere; // they moderate all rooms, member or not
  #membership; // the item's id

  /**
   * @param page {room, member, moderator, mutedUntil, membership}, as the server rendered it: `member` is undefined
   *   for those who are none, `moderator` is "role", "site" or undefined, `membership` the id of the room's card
   */
  constructor(page) {
    this.reset(page);
  }

  /** Start over from another page. */
  reset({ room, member, moderator, mutedUntil, membership = this.#membership }) {
    this.#room = Number(room);
    this.#everywhere = moderator === "site";
    this.#membership = membership;
    this.member = member !== undefined;
    this.moderator = moderator !== undefined;
    this.mutedUntil = timeOf(mutedUntil);
  }

  take({ id, removed, data }) {
    if (removed && id === this.#membership) {
      this.member = false;
      this.moderator = this.#everywhere;
    }
    if (removed || !id.startsWith("membership-") || data.room !== this.#room) return;
    this.#membership = id;
    this.member = true;
    this.moderator = this.#everywhere || data.role === "moderator";
    this.mutedUntil = timeOf(data.muted_until);
  }
}

const timeOf = (text) => (text ? Date.parse(text) : null);
