"""A live blog of one test's own, and where its readers are in it."""

from __future__ import annotations

import itertools
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from ..browser import is_live
from ..readers import until
from ..servers import Server
from ..writer import Writer

NUMBERS = itertools.count(1)
LONG = "The boats round the buoy, and the wind holds. " * 6


class Blog:
    def __init__(self, window: Browser, server: Server, write: Writer) -> None:
        self.window, self.server, self.write = window, server, write
        self.slug = f"reading-{next(NUMBERS)}"
        self.ids: list[int] = []  # of its entries, newest first
        self.contexts: list[BrowserContext] = []
        write("create", liveblog=self.slug)

    def post(self, body: str = LONG, **fields: Any) -> int:
        pk = self.write("post", liveblog=self.slug, body=body, **fields)["id"]
        self.ids.insert(0, pk)
        return pk

    def edit(self, pk: int, **fields: Any) -> None:
        self.write("edit", liveblog=self.slug, entry=pk, **fields)

    def delete(self, pk: int) -> None:
        self.write("delete", liveblog=self.slug, entry=pk)

    async def read(self, path: str = "", **options: Any) -> Page:
        context = await self.window.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.contexts.append(context)
        page = await context.new_page()
        await page.goto(f"{self.server.url}{path or f'/liveblog/{self.slug}/'}")
        await is_live(page)
        return page

    async def shown(self, page: Page) -> None:
        """Wait until the page has all that was written."""
        head = self.write("heads", liveblog=self.slug)["heads"]
        version = max(head.values()) if isinstance(head, dict) else head
        await page.wait_for_function(
            "(version) => Number(document.querySelector('live-stream').getAttribute('version')) >= version", arg=version
        )

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()


async def top_of(page: Page, pk: int) -> float:
    return await page.evaluate("(id) => document.getElementById(id).getBoundingClientRect().top", f"entry-{pk}")


async def line_being_read(page: Page) -> tuple[int, float]:
    """The first entry that begins in view, and where it stands."""
    found = await page.evaluate(
        """() => [...document.querySelectorAll("[data-items] > article")]
            .map((entry) => [Number(entry.id.split("-")[1]), entry.getBoundingClientRect().top])
            .find(([, top]) => top >= 0)"""
    )
    return found[0], found[1]


__all__ = ["LONG", "Blog", "line_being_read", "top_of", "until"]
