const SAID = 3000; // milliseconds

/** Each entry's [data-share], its permalink: handed to the device where it shares, or else copied. */
export function sharing(stream) {
  stream.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-share]");
    const modified = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || modified) return;
    const touch = matchMedia("(pointer: coarse)").matches;
    if (!(touch && navigator.share) && !navigator.clipboard) return; // then it is a link
    event.preventDefault();
    if (touch && navigator.share) return navigator.share({ url: link.href, title: document.title }).catch(() => null);
    await navigator.clipboard.writeText(link.href).then(() => say(link), () => (location.href = link.href));
  });
}

function say(link) {
  const words = link.textContent;
  if (words === link.dataset.copied) return;
  link.textContent = link.dataset.copied;
  setTimeout(() => (link.textContent = words), SAID);
}
