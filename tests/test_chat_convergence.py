"""Whatever happens, in whatever order: a member's page ends up as a page loaded afresh."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import strategies as st
from playwright.async_api import BrowserContext, Page

from .browser import expect, is_live
from .servers import Site
from .stories import CONNECTION, PATIENCE, Story, number, tell
from .stories import text as any_text
from .writer import Writer

text = any_text | st.sampled_from(["@me-0, look", "https://example.org/?q=1", "one\ntwo"])
actions = st.one_of(
    st.tuples(st.sampled_from(["post", "say", "change mine"]), text),
    st.tuples(st.just("edit"), number, text),
    st.tuples(st.sampled_from(["delete", "restore", "delete mine"]), number),
    st.tuples(st.just("rename"), text),
    st.tuples(st.sampled_from(["older", "close", "reopen", "move", "mute", "unmute", "remove", "let in"])),
    CONNECTION,
)

# What the member does, in an instant: nothing may come in between.
DEEDS = {
    "say": """(text) => {
      const form = document.querySelector("[data-composer]");
      form.elements.text.value = text;
      form.requestSubmit();
    }""",
    "change mine": """(text) => {
      const form = document.querySelector("[data-composer]");
      form.elements.text.value = "";
      form.elements.text.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", cancelable: true }));
      form.elements.text.value = text;
      form.requestSubmit();
    }""",
    "delete mine": """(number) => {
      const mine = [...document.querySelectorAll("[data-items] .message-own")];
      mine.at(-1 - (number % mine.length))?.querySelector(".message-menu").click();
      const action = document.querySelector("[data-action=delete]");
      if (!action.checkVisibility()) return;
      action.click();
      document.querySelector("[data-yes]").click();
    }""",
    "older": """() => document.querySelector("[data-older]")?.click()""",
}

# The messages with the lines between days, the room, the card among the person's own; and whether they may write.
# How far they have read is not the same on both: what is unread is left out.
SHOWN = """
() => {
  const room = document.querySelector("chat-room");
  const items = [...room.querySelectorAll("[id][data-version], .day")].map((item) => {
    const copy = item.cloneNode(true);
    copy.removeAttribute("data-new");
    copy.querySelector("[data-unread]")?.remove();
    return copy.outerHTML;
  });
  return [room.dataset.hindrance, ...items];
}
"""


class ChatStory(Story):
    """One room with more messages than a page has, and one member; what they do, they do on the page."""

    shown = SHOWN

    def __init__(self, context: BrowserContext, write: Writer, site: str, count: int) -> None:
        super().__init__(context, f"{site}/chat/story-{count}/")
        self.write, self.site, self.slugs = write, site, (f"story-{count}-{number}" for number in itertools.count())
        self.slug, self.me, self.other = f"story-{count}", f"me-{count}", f"other-{count}"
        self.messages: list[int] = []

    async def begin(self) -> None:
        self.write("open", room=self.slug)
        cookie = self.write("join", room=self.slug, people=[self.me])["people"][self.me]["cookie"]
        name, _, value = cookie.partition("=")
        await self.context.add_cookies([{"name": name, "value": value, "url": self.site}])
        self.write("join", room=self.slug, people=[self.other])
        self.say(self.me, "mine")
        self.say(self.other, *(f"{number}" for number in range(50)))
        self.say(self.me, "mine, too")

    def say(self, person: str, *texts: str) -> None:
        self.messages += self.write("say", room=self.slug, people=[person], texts=texts)["ids"]

    async def happen(self, page: Page, do: str, *arguments: Any) -> None:
        if do in DEEDS:
            await page.evaluate(DEEDS[do], *arguments)
        elif do == "post":
            self.say(self.other, *arguments)
        elif do in ("edit", "delete", "restore"):
            message, *texts = arguments
            fields = {"text": texts[0]} if texts else {}
            # Of the first, the page shows nothing at first.
            self.write(do, room=self.slug, message=self.messages[message * 11 % len(self.messages)], **fields)
        elif do == "rename":
            self.write("change", room=self.slug, name=arguments[0])
        elif do == "move":
            self.write("change", room=self.slug, slug=(slug := next(self.slugs)))
            self.slug = slug
        elif do in ("close", "reopen"):
            self.write("change", room=self.slug, closed=do == "close")
        elif do in ("mute", "unmute"):
            self.write("mute", room=self.slug, people=[self.me], minutes=60 if do == "mute" else 0)
        else:
            self.write("leave", room=self.slug, people=[self.me])
            if do == "let in":
                self.write("join", room=self.slug, people=[self.me])

    def heads(self) -> list[int]:
        return self.write("heads", room=self.slug, people=[self.me])["heads"]

    async def finish(self, page: Page) -> None:
        """What was written on it has been sent, and all of the room's messages are there."""
        await is_live(page)
        waiting = page.locator("[data-pending] article:not([data-state=failed])")
        await expect(waiting).to_have_count(0, timeout=PATIENCE * 1000)
        while await page.locator("[data-older]").count():
            await page.evaluate(DEEDS["older"])
            await asyncio.sleep(0.05)

    async def compare(self, page: Page, fresh: Page) -> None:
        """Both follow on: what was asked for while the connection was away may only now have been done."""
        for _ in range(PATIENCE * 10):
            if await page.evaluate(self.shown) == await fresh.evaluate(self.shown):
                return
            await asyncio.sleep(0.1)
        await super().compare(page, fresh)


@pytest.mark.usefixtures("chromium")
def test_a_page_that_followed_the_room_equals_a_page_loaded_afresh(site: Site, write: Writer) -> None:
    """With the shipped client, in Chromium."""
    server = site.start()
    numbers = itertools.count()
    tell(lambda context: ChatStory(context, write, server.url, next(numbers)), actions, examples=20)
    assert "Traceback" not in server.output()
