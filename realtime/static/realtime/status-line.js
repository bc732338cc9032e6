/**
 * Say the connection's state in the page's own words: the element's data-<state> attributes, in which
 * {seconds} counts down. The element is a live region (role="status"): a state is read out, the count is not.
 */
export function showStatus(element, { state, seconds }) {
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    const [before, after] = (element.dataset[state] ?? "").split("{seconds}");
    element.replaceChildren(before, ...(after === undefined ? [] : [counter(), after]));
  }
  const count = element.querySelector("[data-seconds]");
  if (count) count.textContent = seconds;
}

function counter() {
  const span = document.createElement("span");
  span.setAttribute("data-seconds", "");
  span.setAttribute("aria-live", "off");
  return span;
}
