"""What an editor has typed into a form of the admin is there again, whatever happens before it is saved."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page

from .browser import browser, expect, sign_in
from .servers import Server, Site
from .writer import PASSWORD

ADD = "/admin/liveblog/entry/add/"


@pytest.fixture
def server(site: Site) -> Server:
    return site.start()


@pytest.fixture
async def page(chromium: None, server: Server) -> AsyncIterator[Page]:
    """An editor's, who agrees to leave a page when asked."""
    async with browser() as window:
        page = await window.new_page(base_url=server.url)
        page.on("dialog", lambda dialog: dialog.accept())
        await sign_in(page, server.url, "editor", PASSWORD)
        yield page


async def put_back(page: Page) -> None:
    await page.get_by_role("button", name="Put it back").click()
    await expect(page.locator("[data-kept]")).to_be_hidden()


async def test_what_was_typed_survives_a_reload(page):
    await page.goto(ADD)
    await page.locator("[name=body]").fill("Typed, and not saved.")
    await page.get_by_label("Key event").check()
    await page.reload()
    await expect(page.locator("[name=body]")).to_have_value("")
    await put_back(page)
    await expect(page.locator("[name=body]")).to_have_value("Typed, and not saved.")
    await expect(page.get_by_label("Key event")).to_be_checked()


async def test_what_is_sent_after_the_session_has_ended_is_kept_and_what_is_saved_is_not(page):
    await page.goto(ADD)
    await page.locator("[name=body]").fill("Typed for long.")
    await page.context.clear_cookies(name="sessionid")
    await page.get_by_role("button", name="Publish").click()
    await page.get_by_label("Username").fill("editor")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await put_back(page)
    await page.get_by_role("button", name="Publish").click()
    await expect(page.locator(".messagelist")).to_contain_text("Typed for long.")
    await page.goto(ADD)
    await expect(page.locator("[name=body]")).to_be_visible()
    await expect(page.locator("[data-kept]")).to_be_hidden()


async def test_what_a_colleague_saved_since_it_was_typed_is_not_overwritten(page, write):
    entry = write("post", liveblog="demo", body="As it was.")["id"]
    await page.goto(f"/admin/liveblog/entry/{entry}/change/")
    await page.locator("[name=body]").fill("Mine.")
    write("edit", liveblog="demo", entry=entry, body="Theirs.")
    await page.reload()
    await expect(page.locator("[name=body]")).to_have_value("Theirs.")
    await put_back(page)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator(".errornote, .errorlist").first).to_be_visible()
    await expect(page.locator("body")).to_contain_text("A colleague has saved this meanwhile.")
    await expect(page.locator("[name=body]")).to_have_value("Mine.")


async def test_what_is_forgotten_is_not_offered_again(page):
    await page.goto(ADD)
    await page.locator("[name=body]").fill("Nonsense.")
    await page.reload()
    await page.get_by_role("button", name="Forget it").click()
    await page.reload()
    await expect(page.locator("[name=body]")).to_have_value("")
    await expect(page.locator("[data-kept]")).to_be_hidden()
