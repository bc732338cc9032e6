"""Rooms as people see them in their browsers: windows onto one, and what is done in them."""

from __future__ import annotations

import itertools
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page

from .browser import expect, is_live
from .servers import Server
from .writer import Writer

NUMBERS = itertools.count(1)


class Room:
    """A room of one test's own, and the browsers of people in it; what they are called says where: "alice-3"."""

    def __init__(self, window: Browser, server: Server, write: Writer) -> None:
        self.window, self.server, self.write = window, server, write
        self.number = next(NUMBERS)
        self.slug = f"room-{self.number}"
        self.path = f"/chat/{self.slug}/"
        self.contexts: dict[str, BrowserContext] = {}
        self.cookies: dict[str, str] = {}
        write("open", room=self.slug)

    def called(self, name: str) -> str:
        return name if name == "editor" else f"{name}-{self.number}"

    def join(self, *names: str, **fields: Any) -> None:
        """`editor` is the demo's superuser; the others are new."""
        people = {self.called(name): name for name in names}
        for username, person in self.write("join", room=self.slug, people=[*people], **fields)["people"].items():
            self.cookies[people[username]] = person["cookie"]

    def say(self, name: str, *texts: str) -> None:
        """Without a browser."""
        self.write("say", room=self.slug, people=[self.called(name)], texts=texts)

    async def visit(self, name: str = "", path: str = "", **options: Any) -> Page:
        """A tab of somebody's, who is signed in if they have joined; the options are their browser's."""
        if name not in self.contexts:
            self.contexts[name] = context = await self.window.new_context(**options)
            if cookie := self.cookies.get(name):
                key, _, value = cookie.partition("=")
                await context.add_cookies([{"name": key, "value": value, "url": self.server.url}])
        page = await self.contexts[name].new_page()
        await page.goto(self.server.url + (path or self.path))
        return page

    async def enter(self, *names: str) -> list[Page]:
        """A tab with the room for each, all of them live."""
        pages = [await self.visit(name) for name in names]
        for page in pages:
            await is_live(page)
        return pages

    async def leave(self) -> None:
        for context in self.contexts.values():
            await context.close()


def message(page: Page, text: str) -> Locator:
    return page.locator("[data-items] article.message", has_text=text)


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


async def say(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


async def show(pages: list[Page], *expected: str) -> None:
    """All of them show these messages, in this order, each once."""
    for page in pages:
        await expect(page.locator("[data-items] .message-text")).to_have_text(expected, timeout=15_000)


async def choose(page: Page, text: str, action: str, *, confirm: bool = False) -> None:
    """From the menu of a message."""
    await message(page, text).hover()
    await message(page, text).get_by_role("button").click()
    await page.locator("[data-menu]").get_by_role("button", name=action).click()
    if confirm:
        await page.get_by_role("dialog").get_by_role("button", name=action).click()
