import { confirm } from "./confirm.js";
import { isBy } from "../reading/decorate.js";
import { say } from "../words.js";

/**
 * What a person may do with a message; the server decides, this only spares them what it would refuse.
 * @param who {person, moderator, hindrance}
 */
export function offers(message, { person, moderator, hindrance }) {
  const own = isBy(message, person);
  const others = !own && Boolean(message.dataset.author);
  const offered = {
    edit: own && !hindrance,
    delete: moderator || (own && hindrance !== "closed"),
    report: !own && !moderator,
    mute: moderator && others,
    ban: moderator && others,
  };
  return new Set(Object.keys(offered).filter((action) => offered[action]));
}

/**
 * Do what was chosen in a message's menu, once it is confirmed where the menu has a question for that.
 * @param button the menu's, with the words
 * @param perform (action) => Promise of the answer
 * @returns {Promise<Array|null>} what to tell the person: that it is done, or why it is not; null for nothing
 */
export async function carryOut(name, message, button, { dialog, perform }) {
  const parts = { name: message.querySelector(".message-author").textContent };
  let reason;
  if (button.dataset.question) {
    const question = say(button.dataset.question, parts);
    const confirmed = await confirm(dialog, { question, yes: button.textContent, reason: name === "report" });
    if (!confirmed) return null;
    ({ reason } = confirmed);
  }
  const answer = await perform({ type: name, ...fieldsOf(name, message, button, reason) });
  if (answer.type === "error") return [answer.detail];
  return button.dataset.done ? say(button.dataset.done, parts) : null;
}

function fieldsOf(name, { id, dataset }, button, reason) {
  const author = Number(dataset.author);
  if (name === "mute") return { person: author, minutes: Number(button.dataset.minutes) };
  if (name === "ban") return { person: author, banned: true };
  return { message: keyOf(id), ...(name === "report" && { reason }) };
}

/** The primary key in an item's id, such as message-99. */
export const keyOf = (id) => Number(id.slice(id.lastIndexOf("-") + 1));
