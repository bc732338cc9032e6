"""Two editors with one form of the admin: each sees that the other has it open, and until when."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, Page

from .browser import browser, expect, is_live, sign_in
from .servers import Server, Site
from .writer import PASSWORD, Writer

BLOG = "/admin/liveblog/liveblog/1/change/"
ENTRY = "/admin/liveblog/entry/1/change/"
CAROL = "Carol Danvers"


@pytest.fixture
def server(site: Site) -> Server:
    return site.start()


@pytest.fixture
async def both(chromium: None, server: Server, write: Writer) -> AsyncIterator[tuple[Page, Page]]:
    """Edith, a superuser, and Carol, who is in the group Editors."""
    write("hire", liveblog="demo", username="carol", public_name=CAROL)
    cookie = write("sign in", liveblog="demo", username="carol")["cookie"]
    name, _, value = cookie.partition("=")
    async with browser() as window:
        edith = await (await window.new_context(base_url=server.url)).new_page()
        await sign_in(edith, server.url, "editor", PASSWORD)
        context = await window.new_context(base_url=server.url)
        await context.add_cookies([{"name": name, "value": value, "url": server.url}])
        yield edith, await context.new_page()


def colleagues(page: Page) -> Locator:
    return page.locator("[data-colleagues]")


async def test_who_opens_a_form_that_a_colleague_has_open_sees_that_and_is_seen(both):
    edith, carol = both
    await edith.goto(BLOG)
    await expect(colleagues(edith)).to_be_empty()
    await carol.goto(BLOG)
    await expect(colleagues(carol)).to_have_text("editor is editing this, too")
    await expect(colleagues(edith)).to_have_text("carol is editing this, too")
    await carol.goto("/admin/")
    await expect(colleagues(edith)).to_be_empty(timeout=15_000)


async def test_who_has_another_row_open_is_not_named(both):
    edith, carol = both
    await edith.goto(ENTRY)
    await expect(colleagues(edith)).to_be_attached()
    desk = await edith.context.new_page()
    await desk.goto("/admin/liveblog/liveblog/1/desk/")
    await is_live(desk)
    await carol.goto("/admin/liveblog/entry/2/change/")
    await expect(desk.locator("#entry-2 [data-editing]")).to_have_text(f"{CAROL} is editing this")
    await expect(colleagues(edith)).to_be_empty()


async def test_the_desk_and_the_form_of_an_entry_see_each_other(both):
    edith, carol = both
    await edith.goto("/admin/liveblog/liveblog/1/desk/")
    await is_live(edith)
    await carol.goto(ENTRY)
    await expect(edith.locator("#entry-1 [data-editing]")).to_have_text(f"{CAROL} is editing this")
    await edith.locator("#entry-1 [data-do=edit]").click()
    await expect(colleagues(carol)).to_have_text("Edith Orwell is editing this, too")
