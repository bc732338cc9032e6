import { localTimes } from "../../realtime/local-time.js";

/** The versions of an entry, newest first, each with a button that brings it back. */
export async function showHistory({ root, requests, say }, article, url, told) {
  const dialog = root.querySelector("dialog[data-history]");
  const { status, body } = await requests.get(url);
  if (status !== 200) return say({ said: body.said ?? root.dataset.failed });
  const versions = dialog.querySelector("[data-versions]");
  versions.replaceChildren(...body.versions.map((version, n) => section(version, n)));
  localTimes(versions);
  // Its entry may have been replaced meanwhile, and with it the button that was pressed.
  dialog.addEventListener("close", () => document.getElementById(article.id)?.focus({ preventScroll: true }), { once: true });
  dialog.showModal();

  function section({ version, at, by, headline, body, noted }, number) {
    const part = document.createElement("section");
    const title = document.createElement("h2");
    const time = Object.assign(document.createElement("time"), { dateTime: at });
    time.dataset.format = "short";
    title.append(time, ` · ${by}`);
    part.append(title);
    if (headline) part.append(element("h3", headline));
    if (body) part.append(element("pre", body));
    part.append(...noted.map((line) => element("p", line)));
    if (number === 0) {
      part.append(element("p", root.dataset.current));
      return part;
    }
    const button = Object.assign(element("button", root.dataset.restore), { type: "button" });
    button.addEventListener("click", async () => {
      const { status, body } = await requests.post(url, { version });
      dialog.close();
      if (status === 200) told(body);
      else say({ said: body.said ?? root.dataset.failed });
    });
    part.append(button);
    return part;
  }
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text, dir: "auto" });
}
