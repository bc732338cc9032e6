/**
 * What the desk asks of the server. Who is signed out signs in again in place, and it goes on; without a network it
 * waits, and is sent when that is back: under the same token, so that it is stored once.
 */
const AGAIN = 3000; // milliseconds

export class Requests {
  #root;
  #signIn;
  #waits;

  /**
   * @param root the desk's element
   * @param signIn () => Promise<boolean>: whether somebody signed in
   * @param waits (boolean) => void: whether something waits for the network
   */
  constructor(root, { signIn, waits }) {
    this.#root = root;
    this.#signIn = signIn;
    this.#waits = waits;
  }

  /** @returns {Promise<{status, body}>} once there is an answer, however long that takes */
  async post(url, fields) {
    const data = fields instanceof FormData ? fields : formOf(fields);
    return this.#ask(() => fetch(url, { method: "POST", body: data, headers: { "X-CSRFToken": this.#token } }));
  }

  get(url) {
    return this.#ask(() => fetch(url));
  }

  async #ask(send) {
    for (let waiting = false; ; ) {
      const response = await send().catch(() => null);
      if (response === null || response.status >= 502) {
        this.#waits((waiting = true));
        await networkOr(AGAIN);
        continue;
      }
      if (waiting) this.#waits((waiting = false));
      if (response.status === 401 && (await this.#signIn())) continue;
      return { status: response.status, body: await bodyOf(response) };
    }
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

async function bodyOf(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { text };
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
