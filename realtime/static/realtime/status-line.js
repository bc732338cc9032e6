import { clock } from "./local-time.js";

/**
 * Say the connection's state in the page's own words: the element's data-<state> attributes, in which
 * {seconds} counts down, and {time} is that at which it came about. The element is a live region (role="status"): a state is read out, the count is not.
 */
export function showStatus(element, { state, seconds }) {
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    const words = (element.dataset[state] ?? "").replace("{time}", () => clock(new Date()));
    const [before, after] = words.split("{seconds}");
    element.replaceChildren(before, ...(after === undefined ? [] : [counter(), after, ...now(element)]));
  }
  const count = element.querySelector("[data-seconds]");
  if (count) count.textContent = seconds;
}

/** Who does not want to wait for the next attempt need not. */
function now({ dataset }) {
  if (!dataset.now) return [];
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: dataset.now });
  button.setAttribute("data-retry", "");
  return [" ", button];
}

function counter() {
  const span = document.createElement("span");
  span.setAttribute("data-seconds", "");
  span.setAttribute("aria-live", "off");
  return span;
}
