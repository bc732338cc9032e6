/** The page's address follows the older entries that were loaded: who reloads it, or sends it on, is where one was. */
export function followOlder(stream) {
  stream.setAttribute("page", location.href); // which is still where the stream is taken from, if it has to be
  let next = null;
  stream.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-older]");
    if (link) next = link.href;
  });
  stream.addEventListener("changed", ({ detail: { page } }) => {
    if (page && next) history.replaceState(null, "", next);
    next = null;
  });
}
