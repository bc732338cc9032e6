/**
 * Sends actions by the form's own way, where no socket is to be had. The form's cookie is read each time: to sign in,
 * also in another tab, makes it anew.
 * @param fetchText (url, init) => Promise of {status, text}; @param cookies () => those of the page, as one text
 * @returns (action) => Promise of the server's answer, null if none came
 */
export function poster(form, fetchText, cookies = () => document.cookie) {
  return async (action) => {
    const field = (name) => form.querySelector(`[name=${name}]`).value;
    const token = valueOf(form.dataset.csrfCookie, cookies()) ?? field("csrfmiddlewaretoken");
    const body = new URLSearchParams({ ...action, as: field("as"), csrfmiddlewaretoken: token });
    try {
      const url = form.getAttribute("action");
      const { status, text } = await fetchText(url, { method: "POST", body, headers: { Accept: "application/json" } });
      return answerOf(status, text, form.dataset);
    } catch {
      return null;
    }
  };
}

function valueOf(name, cookies) {
  const cookie = cookies.split("; ").find((each) => each.startsWith(`${name}=`));
  return cookie?.slice(name.length + 1);
}

function answerOf(status, text, words) {
  try {
    return JSON.parse(text);
  } catch {
    // A page instead of an answer: one that refuses will go on refusing, others may pass.
    if (status < 400 || status >= 500) return null;
    return { type: "error", code: "forbidden", detail: status === 403 ? words.signInAgain : words.refused };
  }
}
