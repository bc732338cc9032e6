import { KeptText } from "./kept-text.js";

/**
 * The admin's forms: what is typed is kept in this browser until it is saved. A form that is opened while there is
 * something says so in [data-kept], which has two buttons: put it back, or forget it.
 */
const notice = document.querySelector("[data-kept]");
const form = notice?.closest("form");
const SENT = "kept-text sent";

// It was saved: what was sent need not be kept any more. Otherwise, as after a session's end, it still is.
if (document.querySelector(".messagelist .success")) forgetSent();

if (form) {
  const key = `${notice.dataset.kept} ${location.pathname}`; // whose it is: others may use this browser
  const kept = new KeptText(form, key);
  const hasErrors = form.querySelector(".errornote") !== null; // then it came back with all that was typed
  let dirty = false;
  if (kept.exists && !hasErrors && kept.differs) {
    notice.hidden = false;
    notice.querySelector("[data-restore]").addEventListener("click", () => {
      kept.restore();
      dirty = true;
      notice.hidden = true;
    });
    notice.querySelector("[data-forget]").addEventListener("click", () => {
      kept.forget();
      notice.hidden = true;
    });
  }
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", () => {
    dirty = false;
    sessionStorage.setItem(SENT, key);
  });
  addEventListener("beforeunload", (event) => dirty && event.preventDefault());
}

function forgetSent() {
  const key = sessionStorage.getItem(SENT);
  if (key) KeptText.forget(key);
  sessionStorage.removeItem(SENT);
}
