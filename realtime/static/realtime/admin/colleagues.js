import { Connection } from "../connection.js";
import { Editing } from "../editing.js";

/** The admin's form of a row: who else has it open is said in [data-colleagues], which names the socket and the item. */
const line = document.querySelector("[data-colleagues]");

if (line) {
  const { socket, item, words } = line.dataset;
  const connection = new Connection({ socket, version: 0 });
  const editing = new Editing(() => connection);
  connection.addEventListener("frame", ({ detail }) => editing.hear(detail));
  connection.addEventListener("state", ({ detail }) => detail.state === "live" && editing.begin(item));
  editing.addEventListener("change", ({ detail }) => {
    if (detail.item !== item) return;
    line.textContent = detail.names.length ? words.replace("{name}", detail.names.join(", ")) : "";
  });
  connection.start();
}
