const SAY = 1000; // milliseconds in which what comes is said at once

/**
 * What came while the reader was elsewhere: a button, [data-updates], leads to what stands above the view; the title
 * counts what came while the tab was hidden; [data-news], a status for assistive technology, says how many there are.
 */
export class Updates {
  #stream;
  #button;
  #title = document.title;
  #above = new Set(); // ids of new items above the view, which nobody has seen yet
  #hidden = new Set(); // and of those that came while the tab was hidden
  #observer = new IntersectionObserver((entries) => this.#look(entries));
  #timer = 0;

  constructor(stream) {
    this.#stream = stream;
    this.#button = stream.querySelector("[data-updates]");
    this.#button.addEventListener("click", () => this.#go());
    stream.addEventListener("changed", ({ detail }) => this.#take(detail));
    document.addEventListener("visibilitychange", () => this.#back());
  }

  #take({ items, page }) {
    for (const { id } of items) {
      const element = document.getElementById(id);
      if (!element?.hasAttribute("data-new") || !this.#stream.contains(element)) {
        if (!element) this.#forget(id);
        continue;
      }
      if (document.hidden) this.#hidden.add(id);
      if (element.getBoundingClientRect().bottom > 0) continue;
      this.#above.add(id);
      this.#observer.observe(element);
    }
    if (page) for (const id of [...this.#above]) if (!document.getElementById(id)) this.#forget(id);
    this.#show();
  }

  #forget(id) {
    this.#above.delete(id);
    this.#hidden.delete(id);
  }

  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.#above.delete(target.id);
      this.#observer.unobserve(target);
    }
    this.#show();
  }

  #back() {
    if (document.hidden) return;
    this.#hidden.clear();
    this.#show();
  }

  #go() {
    const waiting = [...this.#stream.querySelectorAll("[data-items] > [id]")].filter(({ id }) => this.#above.has(id));
    this.#above.clear();
    this.#show();
    if (!waiting.length) return;
    const [newest] = waiting;
    newest.tabIndex = -1;
    newest.focus({ preventScroll: true });
    newest.scrollIntoView({ block: "start" });
  }

  #show() {
    const count = this.#above.size;
    this.#button.hidden = count === 0;
    this.#button.textContent = this.#words(count);
    document.title = this.#hidden.size ? `(${this.#hidden.size}) ${this.#title}` : this.#title;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say(Math.max(count, this.#hidden.size)), SAY);
  }

  #say(count) {
    const status = this.#stream.querySelector("[data-news]");
    const text = count ? this.#words(count) : "";
    if (status.textContent !== text) status.textContent = text;
  }

  #words(count) {
    const { one, many } = this.#button.dataset;
    return count === 1 ? one : many.replace("{count}", count);
  }
}
