import { arrange, localDay } from "./arrange.js";
import { sayPlain } from "../words.js";

/**
 * Arrange a room's messages for the person who reads them: groups by author, days, their own, those that name them,
 * the line above what is new, a menu for each. Doing it again changes nothing, whatever came and went in between.
 * What stands between messages has no id, and the stream, which goes by ids, passes over it.
 * @param list the element around the messages
 * @param pending the elements of those on their way
 * @param options {person, line, words, menuButton}: `person` a primary key as text, `menuButton` a <template> or null
 */
export function decorate(list, pending, { person, line, words, menuButton }) {
  const stored = [...list.children].filter((element) => element.dataset.number);
  const messages = [...stored, ...pending];
  const arranged = arrange(messages.map(describe), localDay, { line, person });
  const kept = new Set();
  messages.forEach((message, index) => {
    const { continued, day, unread } = arranged[index];
    message.classList.toggle("message-continued", continued);
    if (!message.dataset.number) return;
    message.classList.toggle("message-own", isBy(message, person));
    message.classList.toggle("message-mentions-me", names(message, person));
    if (menuButton) addMenuButton(message, menuButton);
    if (day) kept.add(separate(message, "day", day, () => dayLine(Date.parse(message.dataset.time))));
    if (unread) kept.add(separate(message, "unread-divider", "", () => [words.unread]));
  });
  for (const line of list.querySelectorAll(":scope > [data-between]")) if (!kept.has(line)) line.remove();
}

/** Whether the person wrote the message; nobody wrote those whose author is gone. */
export const isBy = (message, person) => Boolean(person) && message.dataset.author === person;

const describe = ({ dataset }) => ({
  number: dataset.number ? Number(dataset.number) : undefined,
  author: dataset.author || null,
  time: Date.parse(dataset.time),
});

const names = (message, person) =>
  [...message.querySelectorAll(".mention")].some((mention) => mention.dataset.person === person);

function addMenuButton(message, template) {
  if (message.querySelector(".message-menu")) return;
  const button = template.content.firstElementChild.cloneNode(true);
  const name = message.querySelector(".message-author").textContent;
  button.setAttribute("aria-label", sayPlain(button.dataset.label, { name }));
  message.append(button);
}

/** The line of this class and key above `message`: the one that stands there, or a new one. */
function separate(message, name, key, content) {
  for (let line = message.previousElementSibling; line?.dataset.between; line = line.previousElementSibling) {
    if (line.className === name && line.dataset.between === `${name} ${key}`) return line;
  }
  const line = document.createElement("p");
  line.className = name;
  line.dataset.between = `${name} ${key}`;
  line.append(...content());
  message.before(line);
  return line;
}

function dayLine(time) {
  const element = document.createElement("time");
  const format = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  element.textContent = new Intl.DateTimeFormat(document.documentElement.lang || undefined, format).format(time);
  return [element];
}
