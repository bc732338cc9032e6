/**
 * Ask in the page's <dialog>. @param options {question: nodes, yes: the label of the button, reason: whether to ask
 *   for one}
 * @returns {Promise<{reason: string}|null>} null if they would rather not
 */
export function confirm(dialog, { question, yes, reason = false }) {
  const field = dialog.querySelector("[data-reason-field]");
  const text = field.querySelector("textarea");
  dialog.querySelector("[data-question]").replaceChildren(...question);
  dialog.querySelector("[data-yes]").textContent = yes;
  field.hidden = !reason;
  text.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const closed = () => resolve(dialog.returnValue ? { reason: text.value.trim() } : null);
    dialog.addEventListener("close", closed, { once: true });
  });
}
