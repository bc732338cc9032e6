/** The menu of a message: one popover for all of them, opened by each message's own button. */
export class Menu {
  #menu;
  #list;
  #offers;
  #choose;
  #button = null; // whose menu is open

  /**
   * @param menu the popover; its buttons name what they do by data-action
   * @param list the element around the messages
   * @param offers (message) => Set of the actions that are open to the person
   * @param choose (action, message, button) => void
   */
  constructor(menu, list, { offers, choose, signal }) {
    this.#menu = menu;
    this.#list = list;
    this.#offers = offers;
    this.#choose = choose;
    const listen = (target, type, handler, options) => target.addEventListener(type, handler, { signal, ...options });
    // A press outside closes the popover before it becomes a click: on its own button it must not open it again.
    let pressed = null;
    listen(list, "pointerdown", () => (pressed = this.#button));
    listen(list, "click", ({ target }) => {
      const button = target.closest(".message-menu");
      if (button && button !== pressed) this.#open(button);
      pressed = null;
    });
    listen(menu, "click", ({ target }) => this.#chosen(target.closest("[data-action]")));
    listen(menu, "keydown", (event) => this.#move(event));
    listen(menu, "focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) menu.hidePopover();
    });
    listen(menu, "toggle", ({ newState }) => newState === "closed" && this.#closed());
    listen(list.parentElement, "scroll", () => this.#button && menu.hidePopover(), { passive: true });
  }

  #open(button) {
    const offered = this.#offers(button.closest("article"));
    for (const action of this.#menu.querySelectorAll("[data-action]")) {
      action.hidden = !offered.has(action.dataset.action);
    }
    if (!offered.size) return;
    this.#button = button;
    button.setAttribute("aria-expanded", "true");
    this.#menu.showPopover();
    this.#place(button.getBoundingClientRect());
    this.#offered[0].focus();
  }

  get #offered() {
    return [...this.#menu.querySelectorAll("[data-action]:not([hidden])")];
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const actions = this.#offered;
    actions.at((actions.indexOf(document.activeElement) + step) % actions.length).focus();
  }

  /** Below the button and flush with its end, or above where there is no room. */
  #place({ top, bottom, left, right }) {
    const { offsetWidth, offsetHeight, style } = this.#menu;
    const end = getComputedStyle(this.#list).direction === "rtl" ? left : right - offsetWidth;
    style.left = `${Math.max(4, Math.min(end, innerWidth - offsetWidth - 4))}px`;
    style.top = `${bottom + offsetHeight < innerHeight ? bottom : Math.max(4, top - offsetHeight)}px`;
  }

  #chosen(action) {
    const message = this.#button?.closest("article");
    if (!action || !message) return;
    this.#menu.hidePopover();
    this.#choose(action.dataset.action, message, action);
  }

  #closed() {
    this.#button?.setAttribute("aria-expanded", "false");
    this.#button = null;
  }
}
