/**
 * Sends actions by the form's own way, where no socket is to be had.
 * @param fetchText (url, init) => Promise of {status, text}
 * @returns (action) => Promise of the server's answer, null if none came
 */
export function poster(form, fetchText) {
  return async (action) => {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ ...action, csrfmiddlewaretoken: token });
    try {
      const url = form.getAttribute("action");
      const { status, text } = await fetchText(url, { method: "POST", body, headers: { Accept: "application/json" } });
      return answerOf(status, text);
    } catch {
      return null;
    }
  };
}

function answerOf(status, text) {
  try {
    return JSON.parse(text);
  } catch {
    // A page instead of an answer: one that refuses will go on refusing, others may pass.
    return status >= 400 && status < 500 ? { type: "error", code: "forbidden", detail: "" } : null;
  }
}
