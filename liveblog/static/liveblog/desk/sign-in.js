/**
 * Sign in again in a dialog, by the admin's own form: the page, and what was typed into it, stay.
 * @returns {() => Promise<boolean>} whether somebody signed in; asked twice at once, there is one dialog
 */
export function signingIn(root) {
  const dialog = root.querySelector("[data-sign-in]");
  let asked = null;
  return () => (asked ??= ask(root, dialog).finally(() => (asked = null)));
}

function ask(root, dialog) {
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-error]");
  return new Promise((resolve) => {
    const end = (signedIn) => {
      form.onsubmit = dialog.onclose = null;
      form.password.value = "";
      dialog.close();
      resolve(signedIn);
    };
    form.onsubmit = async (event) => {
      event.preventDefault();
      const said = await signIn(root, form.username.value, form.password.value).catch(() => root.dataset.failed);
      if (said === null) end(true);
      else error.textContent = said;
    };
    dialog.querySelector("[data-close]").onclick = () => end(false);
    dialog.onclose = () => end(false);
    error.textContent = "";
    dialog.showModal();
    form.username.focus();
  });
}

/** @returns {Promise<?string>} what is wrong; null if it worked */
async function signIn(root, username, password) {
  const url = root.dataset.login;
  const next = location.pathname;
  const page = parsed(await (await fetch(url)).text()); // of who is signed in by now, it is the admin's index
  const fields = { csrfmiddlewaretoken: tokenOf(page), username, password, next };
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  const answer = parsed(await response.text());
  if (!response.redirected) return answer.querySelector(".errornote")?.textContent.trim() || String(response.status);
  takeToken(root, answer);
  return null;
}

/** Take the token of a session that was begun in another tab. */
export async function renewToken(root) {
  takeToken(root, parsed(await (await fetch(root.dataset.login)).text()));
}

function takeToken(root, page) {
  for (const field of root.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = tokenOf(page);
}

function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function tokenOf(page) {
  return page.querySelector("[name=csrfmiddlewaretoken]").value;
}
