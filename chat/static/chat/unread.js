/**
 * How much a person has not read, room by room: the room's last number less that of their marker there. Pure.
 * Numbers only grow, so that it does not matter in which order news of them comes.
 */
export class Unread {
  #rooms = new Map(); // room -> {last, read, mentions: a map of item ids to numbers}

  /** @param rooms {room: {last, read, mentions: [numbers]}}, as the page has it */
  constructor(rooms) {
    for (const [key, { last, read, mentions }] of Object.entries(rooms)) {
      const numbers = new Map(mentions.map((number) => [number, number]));
      this.#rooms.set(Number(key), { last, read, mentions: numbers });
    }
  }

  /** @returns {{count: number, mentioned: boolean}} */
  of(room) {
    const { last, read, mentions } = this.#room(room);
    return { count: Math.max(0, last - read), mentioned: [...mentions.values()].some((number) => number > read) };
  }

  /** How many rooms have something unread. */
  get rooms() {
    return [...this.#rooms.keys()].filter((room) => this.of(room).count > 0).length;
  }

  /** A message of that number is in the room. */
  reached(room, last) {
    const known = this.#room(room);
    known.last = Math.max(known.last, last);
  }

  /** They have read up to that number. */
  read(room, number) {
    const known = this.#room(room);
    known.read = Math.max(known.read, number);
  }

  /** An item of the person's own stream: a marker, a mention, a membership. */
  take({ id, removed, data }) {
    if (removed) return this.#remove(id);
    if (id.startsWith("marker-")) this.read(data.room, data.number);
    if (id.startsWith("mention-")) {
      this.reached(data.room, data.number);
      this.#room(data.room).mentions.delete(data.number); // known from the page, without its id
      this.#room(data.room).mentions.set(id, data.number);
    }
  }

  #remove(id) {
    for (const { mentions } of this.#rooms.values()) mentions.delete(id);
  }

  #room(room) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, { last: 0, read: 0, mentions: new Map() });
    return this.#rooms.get(room);
  }
}
