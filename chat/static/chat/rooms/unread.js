/**
 * How much a person has not read, room by room: the room's last number less that of their marker there. Pure.
 * Where one has read to only grows, so that it does not matter in which order news of that comes.
 */
export class Unread {
  #rooms = new Map(); // room -> {last, read, mentions: a map of item ids to numbers}

  /** @param rooms {room: {last, read, mentions: {id: number}}}, as the page has it */
  constructor(rooms) {
    for (const [key, { last, read, mentions }] of Object.entries(rooms)) {
      this.#rooms.set(Number(key), { last, read, mentions: new Map(Object.entries(mentions)) });
    }
  }

  /** @returns {{count: number, mentioned: boolean}} */
  of(room) {
    const { last, read, mentions } = this.#room(room);
    const newest = Math.max(last, ...mentions.values()); // a mention may come before the room's own news
    return { count: Math.max(0, newest - read), mentioned: [...mentions.values()].some((number) => number > read) };
  }

  /** How many rooms have something unread. */
  get rooms() {
    return [...this.#rooms.keys()].filter((room) => this.of(room).count > 0).length;
  }

  /** The latest message in the room has that number: a lower one than before, if that was deleted. */
  reached(room, last) {
    this.#room(room).last = last;
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
    if (id.startsWith("mention-")) this.#room(data.room).mentions.set(id, data.number);
  }

  #remove(id) {
    for (const { mentions } of this.#rooms.values()) mentions.delete(id);
  }

  #room(room) {
    if (!this.#rooms.has(room)) this.#rooms.set(room, { last: 0, read: 0, mentions: new Map() });
    return this.#rooms.get(room);
  }
}
