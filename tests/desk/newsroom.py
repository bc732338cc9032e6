"""Editors at their desks and readers at theirs, each in a browser, and what they do there."""

from __future__ import annotations

import itertools
import re
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page

from ..browser import expect, is_live
from ..servers import Server
from ..writer import Writer

NUMBERS = itertools.count(1)
CAROL = "Carol Danvers"
EDITH = "Edith Orwell"


class Newsroom:
    """A live blog of one test's own. `carol` is in the group Editors, and new; `editor` is the demo's superuser."""

    def __init__(self, window: Browser, server: Server, write: Writer) -> None:
        self.window, self.server, self.write = window, server, write
        self.number = next(NUMBERS)
        self.slug = f"blog-{self.number}"
        self.carol = f"carol-{self.number}"
        self.contexts: list[BrowserContext] = []
        self.path = f"/admin/liveblog/liveblog/{write('create', liveblog=self.slug)['id']}/desk/"
        self.write("hire", liveblog=self.slug, username=self.carol, public_name=CAROL)

    def post(self, body: str, **fields: Any) -> int:
        """Without a browser."""
        return self.write("post", liveblog=self.slug, body=body, **fields)["id"]

    def edit(self, entry: int, **fields: Any) -> None:
        self.write("edit", liveblog=self.slug, entry=entry, **fields)

    def entries(self) -> list[dict[str, Any]]:
        """What is stored, oldest first."""
        return self.write("entries", liveblog=self.slug)["entries"]

    def bodies(self) -> list[str]:
        return [entry["body"] for entry in self.entries()]

    async def context(self, **options: Any) -> BrowserContext:
        context = await self.window.new_context(**options)
        self.contexts.append(context)
        return context

    async def visit(self, username: str = "", *, server: Server | None = None, path: str = "", **options: Any) -> Page:
        """A signed-in tab of an editor's, on its way to the desk."""
        at = server or self.server
        context = await self.context(**options)
        cookie = self.write("sign in", liveblog=self.slug, username=username or self.carol)["cookie"]
        name, _, value = cookie.partition("=")
        await context.add_cookies([{"name": name, "value": value, "url": at.url}])
        page = await context.new_page()
        await page.goto(at.url + (path or self.path))
        return page

    async def sit(self, username: str = "", **options: Any) -> Page:
        """An editor's desk, live."""
        page = await self.visit(username, **options)
        await is_live(page)
        return page

    async def read(self, *, server: Server | None = None) -> Page:
        """A reader's page, live."""
        page = await (await self.context()).new_page()
        await page.goto(f"{(server or self.server).url}/liveblog/{self.slug}/")
        await is_live(page)
        return page

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()


def text(page: Page) -> Locator:
    """Where a new entry is written."""
    return page.locator(".desk-write [name=body]")


def composer(page: Page) -> Locator:
    return page.locator(".desk-write form")


def editor(page: Page) -> Locator:
    """The form in which an entry is edited."""
    return page.locator("form[data-edits]")


def entry(page: Page, having: str) -> Locator:
    """One in the feed."""
    return page.locator("[data-items] .desk-entry", has_text=having)


def said(page: Page) -> Locator:
    return page.locator("[data-said]")


def waiting(page: Page) -> Locator:
    return page.locator("[data-waiting] li")


async def post(page: Page, what: str, keys: str = "Control+Enter") -> None:
    await text(page).fill(what)
    await text(page).press(keys)


async def do(page: Page, having: str, action: str) -> None:
    """Press a button of an entry."""
    await entry(page, having).get_by_role("button", name=action, exact=True).click()


async def edit(page: Page, having: str, **fields: str) -> Locator:
    """Open the editor of an entry, and type."""
    await do(page, having, "Edit")
    for name, value in fields.items():
        await editor(page).locator(f"[name={name}]").fill(value)
    return editor(page)


async def state(page: Page, having: str, expected: str) -> None:
    await expect(entry(page, having)).to_have_attribute("data-state", expected)


async def shows(reader: Page, *expected: str) -> None:
    """A reader's page shows these, newest first, each once."""
    await expect(reader.locator("[data-items] .prose")).to_have_text(expected, timeout=15_000)


CLOCK = re.compile(r"Published \d\d:\d\d · View · Undo")
