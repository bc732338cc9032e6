/** The versions of an entry, newest first, each with a button that brings it back. */
export async function showHistory(root, { requests, say }, url, told) {
  const dialog = root.querySelector("dialog[data-history]");
  const { status, body } = await requests.get(url);
  if (status !== 200) return say({ said: body.said ?? root.dataset.failed });
  dialog.querySelector("[data-versions]").replaceChildren(...body.versions.map((version, n) => section(version, n)));
  dialog.showModal();

  function section({ version, at, by, text }, number) {
    const part = document.createElement("section");
    part.append(element("h2", `${at} · ${by}`), element("pre", text));
    if (number === 0) return part; // it is as it is now
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
