/** How far a person has read in the room that is open, and where the line stands above what is new. Pure. */
export class Reading {
  /** The number after which the line stands; null for none. */
  line = null;

  #read;
  #newest;
  #told;

  /** @param read the person's marker; @param newest the number of the newest message, 0 for none */
  constructor(read, newest) {
    this.#read = this.#told = read;
    this.#newest = newest;
    // To those who have read nothing yet, everything is new: no line could say more.
    if (read > 0 && newest > read) this.line = read;
  }

  get read() {
    return this.#read;
  }

  /**
   * A message has come, or changed. `own`: they wrote it; `attentive`: they see it come.
   * @returns {boolean} whether it is new
   */
  arrived(number, { own, attentive }) {
    if (number <= this.#newest) return false;
    const caughtUp = this.#read >= this.#newest;
    this.#newest = number;
    if (own) this.line = null;
    else if (caughtUp && !attentive) this.line = this.#read;
    return true;
  }

  /** Their marker, moved in another tab or on another device. */
  heard(number) {
    this.#read = Math.max(this.#read, number);
    this.#told = Math.max(this.#told, number);
  }

  /** They have the newest message before their eyes. @returns {boolean} whether they had not before */
  saw() {
    const grows = this.#newest > this.#read;
    if (grows) this.#read = this.#newest;
    return grows;
  }

  /** Tell the server what it does not know yet. `send(number)` and this return whether something went out. */
  tell(send) {
    if (this.#read <= this.#told || !send(this.#read)) return false;
    this.#told = this.#read;
    return true;
  }
}
