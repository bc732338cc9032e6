import { stored } from "../../realtime/stored.js";

/** What readers choose: to pause, [data-pause], and which end comes first, [data-order]. */
export function offerChoices(stream) {
  pausing(stream, stream.querySelector("[data-pause]"));
  ordering(stream, stream.querySelector("[data-order]"));
}

function pausing(stream, button) {
  const { pause, resume, waiting } = button.dataset;
  const show = (count) => {
    button.setAttribute("aria-pressed", String(stream.paused));
    button.textContent = !stream.paused ? pause : count ? waiting.replace("{count}", count) : resume;
  };
  button.addEventListener("click", () => {
    stream.paused = !stream.paused;
    show(0);
  });
  stream.addEventListener("waiting", ({ detail }) => show(detail.count));
  show(0);
  button.hidden = false;
}

function ordering(stream, button) {
  const choice = stored("localStorage", "liveblog order"); // for all live blogs
  const turn = (order) => {
    stream.reorder(order);
    button.textContent = order === "oldest-first" ? button.dataset.newest : button.dataset.oldest;
  };
  button.textContent = button.dataset.oldest;
  button.addEventListener("click", () => {
    const order = stream.getAttribute("order") === "oldest-first" ? "newest-first" : "oldest-first";
    turn(order);
    choice.save(order);
  });
  if (choice.load() === "oldest-first") turn("oldest-first");
  button.hidden = false;
}
