"""Whatever happens, in whatever order: the reader's page ends up as a page loaded afresh."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.async_api import BrowserContext, Page

from .browser import browser, expect
from .servers import Site
from .writer import Writer

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

number = st.integers(0, 5)
text = st.text(
    st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20
)
actions = st.one_of(
    st.tuples(st.just("post"), text),
    st.tuples(st.just("draft"), text),
    st.tuples(st.just("body"), number, text),
    st.tuples(st.sampled_from(["retract", "unpublish", "publish", "pin", "unpin", "delete"]), number),
    st.tuples(st.just("title"), text),
    st.tuples(st.sampled_from(["drop", "come back", "settle"])),
)
CHANGES: dict[str, dict[str, Any]] = {
    "retract": {"state": "retracted"},
    "unpublish": {"state": "draft"},
    "pin": {"pinned": True},
    "unpin": {"pinned": False},
}


class Story:
    """One live blog, one reader, and a list of things that happen."""

    def __init__(self, context: BrowserContext, write: Writer, url: str, slug: str) -> None:
        self.context, self.write, self.url, self.slug = context, write, url, slug
        self.entries: list[int] = []

    async def play(self, story: list[tuple]) -> None:
        self.write("create", liveblog=self.slug)
        for body in ("one", "two"):
            self.post(body)
        page = await self.open()
        for action in story:
            await self.act(page, *action)
        await page.evaluate("comeBack()")
        await self.reaches_the_head(page)
        fresh = await self.open()
        await self.reaches_the_head(fresh)
        assert await page.evaluate(SHOWN) == await fresh.evaluate(SHOWN)
        await page.close()
        await fresh.close()

    async def open(self) -> Page:
        page = await self.context.new_page()
        await page.goto(f"{self.url}/liveblog/{self.slug}/")
        return page

    async def act(self, page: Page, do: str, *arguments: Any) -> None:
        if do in ("post", "draft"):
            self.post(arguments[0], state="draft" if do == "draft" else "published")
        elif do == "title":
            self.write("change", liveblog=self.slug, title=arguments[0])
        elif do == "drop":
            await page.evaluate("drop()")
        elif do == "come back":
            await page.evaluate("comeBack()")
        elif do == "settle":
            await asyncio.sleep(0.05)  # some changes travel alone, others together
        else:
            entry = self.entries[arguments[0] % len(self.entries)]
            fields: dict[str, Any] = {"body": arguments[1]} if do == "body" else CHANGES.get(do, {})
            self.write(do if do in ("publish", "delete") else "edit", liveblog=self.slug, entry=entry, **fields)

    def post(self, body: str, **fields: str) -> None:
        self.entries.append(self.write("post", liveblog=self.slug, body=body, **fields)["id"])

    async def reaches_the_head(self, page: Page) -> None:
        head = self.write("head", liveblog=self.slug)["head"]
        await expect(page.locator("live-stream")).to_have_attribute("version", str(head), timeout=15_000)


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.usefixtures("chromium")
def test_a_page_that_followed_the_stream_equals_a_page_loaded_afresh(
    site: Site, write: Writer, loop: asyncio.Runner
) -> None:
    """With the shipped client, in Chromium."""
    server = site.start()
    slugs = (f"story-{count}" for count in itertools.count())
    started = browser()
    window = loop.run(started.__aenter__())
    context = loop.run(window.new_context())
    loop.run(context.add_init_script(SWITCH))

    @settings(
        max_examples=30,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(actions, min_size=1, max_size=15))
    def converges(story: list[tuple]) -> None:
        loop.run(Story(context, write, server.url, next(slugs)).play(story))

    try:
        converges()
    finally:
        loop.run(started.__aexit__(None, None, None))
