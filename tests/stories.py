"""Whatever happens, in whatever order: a page that follows its streams ends up as a page loaded afresh.

A subclass of `Story` says what can happen in an app; hypothesis tells the stories, Chromium runs the shipped client.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.async_api import BrowserContext, Page

from .browser import browser

PATIENCE = 40  # seconds

# Sockets can be dropped, and kept from coming back until the reader returns.
SWITCH = """
const sockets = new Set();
window.WebSocket = class extends WebSocket {
  constructor(url) {
    if (window.dropped) throw new Error("no network");
    super(url);
    sockets.add(this);
  }
};
window.drop = () => { window.dropped = true; for (const socket of sockets) socket.close(4000); sockets.clear(); };
window.comeBack = () => { window.dropped = false; window.dispatchEvent(new Event("online")); };
"""

SHOWN = """
() => [...document.querySelectorAll("live-stream [id][data-version]")].map((item) => {
  item.removeAttribute("data-new");
  return item.outerHTML;
})
"""

STREAMS = """
() => [...document.querySelectorAll("live-stream")].map(({ version, connection }) => [version, connection?.state])
"""

number = st.integers(0, 5)  # which of the items
text = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)
CONNECTION = st.tuples(st.sampled_from(["drop", "come back", "settle"]))


class Story:
    """One page, and a list of things that happen to what it shows: tuples of an action's name and its arguments."""

    shown = SHOWN

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url

    async def begin(self) -> None:
        """Make what the page shows."""
        raise NotImplementedError

    async def happen(self, page: Page, do: str, *arguments: Any) -> None:
        """Anything but a connection that goes or comes back."""
        raise NotImplementedError

    def heads(self) -> list[int]:
        """Of the streams that the page follows, in their order there."""
        raise NotImplementedError

    async def finish(self, page: Page) -> None:
        """What a page has to do before it can be compared; its connection is back."""

    async def compare(self, page: Page, fresh: Page) -> None:
        assert await page.evaluate(self.shown) == await fresh.evaluate(self.shown)

    async def play(self, story: list[tuple]) -> None:
        await self.begin()
        page = await self.open()
        for action in story:
            await self.act(page, *action)
        await page.evaluate("comeBack()")
        await self.finish(page)
        await self.reaches_the_heads(page)
        fresh = await self.open()
        await self.finish(fresh)
        await self.reaches_the_heads(fresh)
        await self.compare(page, fresh)
        await page.close()
        await fresh.close()

    async def open(self) -> Page:
        page = await self.context.new_page()
        await page.goto(self.url)
        return page

    async def act(self, page: Page, do: str, *arguments: Any) -> None:
        if do == "drop":
            await page.evaluate("drop()")
        elif do == "come back":
            await page.evaluate("comeBack()")
        elif do == "settle":
            await asyncio.sleep(0.05)  # some changes travel alone, others together
        else:
            await self.happen(page, do, *arguments)

    async def reaches_the_heads(self, page: Page) -> None:
        heads = self.heads()
        deadline = time.monotonic() + PATIENCE
        while True:
            streams = await page.evaluate(STREAMS)
            if all(version >= head for (version, _), head in zip(streams, heads, strict=True)):
                return
            assert time.monotonic() < deadline, f"the page is at {streams}, what it follows at {heads}"
            await asyncio.sleep(0.02)


def tell(begin: Callable[[BrowserContext], Story], actions: st.SearchStrategy[tuple], examples: int) -> None:
    """Play that many stories, the same in every run."""
    with asyncio.Runner() as loop:
        started = browser()
        window = loop.run(started.__aenter__())
        context = loop.run(window.new_context())
        loop.run(context.add_init_script(SWITCH))

        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(actions, min_size=1, max_size=15))
        def converges(story: list[tuple]) -> None:
            loop.run(begin(context).play(story))

        try:
            converges()
        finally:
            loop.run(started.__aexit__(None, None, None))
