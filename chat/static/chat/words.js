/**
 * The page's words with what they leave open: say("{name} is typing…", {name}) gives nodes to put into an element.
 * Each part stands in a <bdi>, so that a name of another direction, or full of controls, stays within itself.
 */
export function say(words, parts) {
  return pieces(words, parts, (part) => {
    const isolated = document.createElement("bdi");
    isolated.textContent = part;
    return isolated;
  });
}

/** The same as text, for attributes: there invisible characters keep a name apart. */
export function sayPlain(words, parts) {
  return pieces(words, parts, (part) => `\u2068${part}\u2069`).join("");
}

function pieces(words, parts, isolate) {
  return words
    .split(/\{(\w+)\}/)
    .map((piece, index) => (index % 2 ? isolate(parts[piece] ?? "") : piece))
    .filter((piece) => piece !== "");
}
