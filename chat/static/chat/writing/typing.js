const FORGET = 5; // seconds after which somebody who is not heard of again no longer types
const TELL = 3; // seconds between two notices of one's own

/** Who is typing. `show` is called with their names whenever these change. */
export class Typists {
  #me;
  #timers;
  #show;
  #names = new Map(); // by primary key, the latest to start last

  constructor(me, timers, show) {
    this.#me = me;
    this.#timers = timers;
    this.#show = show;
  }

  heard({ person, name }) {
    if (person === this.#me) return; // in another tab
    this.#timers.set(`typist-${person}`, FORGET, () => this.forget(person));
    if (this.#names.get(person) === name) return;
    this.#names.set(person, name);
    this.#tell();
  }

  /** Their message is here, or they have gone quiet. */
  forget(person) {
    this.#timers.clear(`typist-${person}`);
    if (this.#names.delete(person)) this.#tell();
  }

  #tell() {
    this.#show([...this.#names.values()]);
  }
}

/** Tells others that one is typing, as often as they need to hear it. */
export class TypingNotice {
  #send;
  #now;
  #last = -Infinity;

  /** @param send () => void; @param now () => milliseconds */
  constructor(send, now) {
    this.#send = send;
    this.#now = now;
  }

  typed() {
    if (this.#now() - this.#last < TELL * 1000) return;
    this.#last = this.#now();
    this.#send();
  }

  /** The message is out: the next one is news again. */
  done() {
    this.#last = -Infinity;
  }
}

/** Which of the page's words say that people of these names are typing, and what fills them in. */
export function typingWords(names) {
  const [name, other] = names;
  return { key: ["", "one", "two"][names.length] ?? "several", parts: { name, other } };
}
