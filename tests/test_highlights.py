"""The index in a browser: its groups, and the last updates of what is live, end up as on a page loaded afresh."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import strategies as st
from playwright.async_api import Browser, BrowserContext, Page

from .browser import browser, expect, is_live
from .servers import Site
from .stories import CONNECTION, PATIENCE, Story, number, tell, text
from .writer import Writer


@pytest.fixture
async def window(chromium: None) -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


async def read(page: Page) -> list[str]:
    """What is to be seen in the list, from top to bottom."""
    await is_live(page)
    return [line for line in (await page.locator("[data-items]").inner_text()).split("\n") if line.strip()]


async def equals_a_fresh_page(page: Page) -> None:
    fresh = await page.context.new_page()
    await fresh.goto(page.url)
    wanted = await read(fresh)
    await fresh.close()
    assert await read(page) == wanted


async def test_the_last_updates_of_what_is_live_are_live(window, site, write):
    server = site.start()
    page = await (await window.new_context()).new_page()
    await page.goto(f"{server.url}/liveblog/")
    updates = page.locator(".card", has_text="Harbour regatta").locator("li span")
    await expect(updates).to_have_count(3)
    ids = [
        write("post", liveblog="demo", body=body)["id"]
        for body in ("*Kittiwake* leads.", "Fog   again.\n\nThick & grey.", "![](x)" + "All are home. " * 20)
    ]
    await expect(updates.first).to_contain_text("All are home.", timeout=5000)
    await expect(updates).to_have_count(3)
    await equals_a_fresh_page(page)
    write("edit", liveblog="demo", entry=ids[0], headline="Kittiwake <b>first</b>")
    await expect(updates.last).to_have_text("Kittiwake <b>first</b>", timeout=5000)
    write("edit", liveblog="demo", entry=ids[1], state="retracted")  # and what came before is not on the page any more
    await expect(updates.last).not_to_have_text("Kittiwake <b>first</b>", timeout=5000)
    await expect(updates).to_have_count(3)
    await equals_a_fresh_page(page)
    write("change", liveblog="demo", title="Harbour regatta, day two")
    await expect(page.locator(".card")).to_contain_text("day two", timeout=5000)
    await expect(updates).to_have_count(3)
    write("edit", liveblog="demo", entry=ids[1], state="published")
    await expect(updates.nth(1)).to_have_text("Fog again. Thick & grey.", timeout=5000)
    await equals_a_fresh_page(page)


async def test_what_goes_live_or_ends_moves_below_its_heading(window, site, write):
    server = site.start()
    page = await (await window.new_context()).new_page()
    await page.goto(f"{server.url}/liveblog/")
    await is_live(page)
    heading = page.get_by_role("heading", level=2)
    await expect(heading).to_have_text(["Live now"])
    write("create", liveblog="cup")
    write("change", liveblog="cup", state="upcoming", title="The cup", starts_at="2099-01-01T12:00Z")
    await expect(heading).to_have_text(["Live now", "Coming up"], timeout=5000)
    write("post", liveblog="cup", body="We begin.")
    write("change", liveblog="cup", state="live")
    cup = page.locator(".card", has_text="The cup")
    await expect(cup.locator("li")).to_contain_text("We begin.", timeout=5000)
    await expect(heading).to_have_text(["Live now"])
    write("change", liveblog="demo", state="ended")
    await expect(heading).to_have_text(["Live now", "Ended"], timeout=5000)
    await expect(page.locator(".card").last).to_contain_text("Harbour regatta")
    await expect(page.locator("live-highlights")).to_have_count(1)
    await equals_a_fresh_page(page)


async def test_the_index_is_complete_without_javascript(window, site):
    server = site.start()
    context = await window.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{server.url}/liveblog/")
    await expect(page.get_by_role("heading", level=2)).to_have_text(["Live now"])
    await expect(page.locator("live-highlights li")).to_have_count(3)


async def test_a_card_that_cannot_be_seen_has_no_socket(window, site, write):
    server = site.start()
    for n in range(12):
        write("create", liveblog=f"n{n}")
    page = await window.new_page(viewport={"width": 390, "height": 700})
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url.partition("?")[0].rpartition("/")[2]))
    await page.goto(f"{server.url}/liveblog/")
    await is_live(page)
    demo = page.locator(".card", has_text="Harbour regatta")
    assert "demo" not in sockets
    write("post", liveblog="demo", body="Meanwhile.")
    await demo.scroll_into_view_if_needed()
    await expect(demo.locator("li").first).to_contain_text("Meanwhile.", timeout=5000)
    assert "demo" in sockets


CHANGES: dict[str, dict[str, Any]] = {
    "body": {"body": "new"},
    "retract": {"state": "retracted"},
    "pin": {"pinned": True},
}


class IndexStory(Story):
    """Two live blogs, and a reader of the index."""

    shown = """
    () => [...document.querySelectorAll("[data-items] :is(.group, .card, li)")].filter((each) => each.checkVisibility())
      .map((each) => [each.id || each.dataset.id, each.dataset.version, each.textContent.replace(/\\s+/g, " ").trim()])
    """

    def __init__(self, context: BrowserContext, write: Writer, site: str, slugs: list[str]) -> None:
        super().__init__(context, f"{site}/liveblog/")
        self.write, self.slugs = write, slugs
        self.entries: list[tuple[str, int]] = []

    async def begin(self) -> None:
        for slug in self.slugs:
            self.write("create", liveblog=slug)
            self.post(slug, "one")
            self.post(slug, "two")

    def post(self, slug: str, body: str) -> None:
        self.entries.append((slug, self.write("post", liveblog=slug, body=body)["id"]))

    async def happen(self, page: Page, do: str, *arguments: Any) -> None:
        slug = self.slugs[arguments[0] % 2]
        if do == "post":
            self.post(slug, arguments[1])
        elif do in ("title", "state"):
            self.write("change", liveblog=slug, **{do: arguments[1]})
        else:
            slug, entry = self.entries[arguments[0] % len(self.entries)]
            fields = CHANGES.get(do, {})
            self.write(do if do in ("publish", "delete") else "edit", liveblog=slug, entry=entry, **fields)

    async def reaches_the_heads(self, page: Page) -> None:
        """Its cards have streams of their own: see compare()."""

    async def compare(self, page: Page, fresh: Page) -> None:
        deadline = time.monotonic() + PATIENCE
        while (found := await page.evaluate(self.shown)) != (wanted := await fresh.evaluate(self.shown)):
            assert time.monotonic() < deadline, f"{found} is not {wanted}"
            await asyncio.sleep(0.05)
        for slug in self.slugs:  # the next story's cards have to be in view
            self.write("change", liveblog=slug, state="ended", starts_at="2001-01-01T12:00Z")


actions = st.one_of(
    st.tuples(st.just("post"), number, text),
    st.tuples(st.just("title"), number, text),
    st.tuples(st.just("state"), number, st.sampled_from(["live", "upcoming", "ended"])),
    st.tuples(st.sampled_from(["retract", "publish", "delete", "body", "pin"]), number),
    CONNECTION,
)


@pytest.mark.usefixtures("chromium")
def test_an_index_that_followed_equals_one_loaded_afresh(site: Site, write: Writer) -> None:
    server = site.start()
    write("change", liveblog="demo", state="ended")
    names = (f"story-{count}" for count in itertools.count())
    tell(lambda context: IndexStory(context, write, server.url, [next(names), next(names)]), actions, examples=20)
