/**
 * What the desk asks of the server. Who is signed out signs in again in place, and it goes on; without a network it
 * waits, and is sent when that is back: under the same token, so that it is stored once.
 */
const AGAIN = 3000; // milliseconds

export class Requests {
  #root;
  #signIn;
  #renew;
  #waits;
  #waiting = 0;

  /**
   * @param root the desk's element
   * @param signIn () => Promise<boolean>: whether somebody signed in
   * @param renew () => Promise: take the token of a session that was begun elsewhere
   * @param waits (boolean) => void: whether something waits for the network
   */
  constructor(root, { signIn, renew, waits }) {
    this.#root = root;
    this.#renew = renew;
    this.#signIn = signIn;
    this.#waits = waits;
  }

  /** @returns {Promise<{status, body}>} once there is an answer, however long that takes */
  async post(url, fields) {
    const data = fields instanceof FormData ? fields : formOf(fields);
    data.delete("csrfmiddlewaretoken"); // the one that the form was made with, which would win over the header
    return this.#ask(() => fetch(url, this.#options(data)));
  }

  get(url) {
    return this.#ask(() => fetch(url));
  }

  /** Without waiting for an answer, by a page that ends. */
  last(url) {
    fetch(url, { ...this.#options(new FormData()), keepalive: true }).catch(() => null);
  }

  #options(body) {
    return { method: "POST", body, headers: { "X-CSRFToken": this.#token } };
  }

  async #ask(send) {
    for (let waited = false, renewed = false; ; ) {
      const answer = await send().then(read).catch(() => null);
      if (answer === null || answer.status >= 502) {
        if (!waited) this.#wait(1);
        waited = true;
        await networkOr(AGAIN);
        continue;
      }
      if (waited) this.#wait(-1);
      waited = false;
      if (answer.status === 401 && (await this.#signIn())) continue;
      if (answer.status === 403 && !answer.body.said && !renewed) {
        renewed = true;
        await this.#renew().catch(() => null);
        continue;
      }
      return answer;
    }
  }

  #wait(more) {
    this.#waiting += more;
    this.#waits(this.#waiting > 0);
  }

  /** It changes when somebody signs in. */
  get #token() {
    return this.#root.querySelector("[name=csrfmiddlewaretoken]").value;
  }
}

function formOf(fields) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

async function read(response) {
  const { status } = response;
  const text = await response.text();
  try {
    return { status, body: JSON.parse(text) };
  } catch {
    return { status, body: { text } };
  }
}

function networkOr(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    }
  });
}
