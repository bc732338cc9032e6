import { say } from "../words.js";

const NEAR = 500; // characters before the limit from which on they are counted

/** In characters, as the server counts them: an emoji is not two. */
export const length = (text) => [...text].length;

/** Let the field grow with its text, as far as the style sheet lets it, and count what is left near the end. */
export function fit(field, count, max) {
  if (!CSS.supports("field-sizing", "content")) {
    field.style.blockSize = "auto";
    const borders = field.offsetHeight - field.clientHeight;
    field.style.blockSize = `${field.scrollHeight + borders}px`;
  }
  const left = max - length(field.value.trim());
  count.hidden = left > NEAR;
  count.replaceChildren(...say(left < 0 ? count.dataset.over : count.dataset.left, { count: Math.abs(left) }));
  field.ariaInvalid = String(left < 0);
}
