"""What came above the view is counted, and one button away."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from ..browser import expect
from .blog import Blog

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def far_down(blog: Blog) -> Page:
    """A page of twenty entries, whose reader has scrolled."""
    for _ in range(20):
        blog.post()
    page = await blog.read()
    await page.mouse.wheel(0, 1500)
    await page.wait_for_function("scrollY > 1000")
    return page


async def test_what_comes_above_the_view_is_counted_and_the_button_leads_to_it(blog):
    page = await far_down(blog)
    pill = page.locator("[data-updates]")
    await expect(pill).to_be_hidden()
    first = blog.post("One.")
    await expect(pill).to_have_text("1 new update")
    blog.post("Two.")
    newest = blog.post("Three.")
    await expect(pill).to_have_text("3 new updates")
    await expect(page.locator("[data-news]")).to_have_text("3 new updates")
    blog.delete(first)
    await expect(pill).to_have_text("2 new updates")
    await pill.click()
    await expect(page.locator(f"#entry-{newest}")).to_be_in_viewport()
    await expect(page.locator(f"#entry-{newest}")).to_be_focused()
    await expect(pill).to_be_hidden()


async def test_who_scrolls_up_to_what_is_new_is_not_told_of_it_any_more(blog):
    page = await far_down(blog)
    blog.post("One.")
    await expect(page.locator("[data-updates]")).to_be_visible()
    await page.mouse.wheel(0, -3000)
    await expect(page.locator("[data-updates]")).to_be_hidden()


async def test_the_title_of_a_hidden_tab_counts_what_came(blog):
    blog.post()
    page = await blog.read()
    title = await page.title()
    await page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => window.away, configurable: true });
            window.away = true;
        }"""
    )
    blog.post("One.")
    blog.post("Two.")
    await page.wait_for_function("(title) => document.title === `(2) ${title}`", arg=title)
    await page.evaluate("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')); }")
    assert await page.title() == title


async def test_the_status_says_in_one_line_what_is(blog):
    blog.post()
    page = await blog.read()
    await expect(page.locator("[data-status]")).to_have_text("Live")
    await expect(page.locator("[data-facts]")).to_contain_text("updated")
    await expect(page.locator("[data-facts]")).to_contain_text("started")
    blog.write("change", liveblog=blog.slug, state="ended")
    await expect(page.locator("[data-status]")).to_have_text("This live blog has ended")
    await expect(page.locator("[data-facts]")).to_contain_text("ended")


async def test_key_events_are_a_list_that_is_kept_and_leads_to_them(blog):
    for number in range(20):
        blog.post(f"Boat {number} goes on.")
    key = blog.ids[-1]
    page = await blog.read()
    events = page.locator("[data-key-events] li")
    await expect(page.locator("[data-key-events]")).to_be_hidden()
    blog.edit(key, key_event=True)
    await expect(events).to_contain_text(["Boat 0 goes on."])
    newer = blog.post("They are off.", key_event=True, headline="Off")
    await expect(events).to_contain_text(["Off", "Boat 0 goes on."])
    await page.reload()
    await expect(events).to_contain_text(["Off", "Boat 0 goes on."])
    await events.nth(1).locator("a").click()
    await expect(page.locator(f"#entry-{key}")).to_be_in_viewport()
    blog.edit(newer, state="retracted")
    await expect(events).to_have_count(1)
    blog.edit(key, key_event=False)
    await expect(page.locator("[data-key-events]")).to_be_hidden()


async def test_a_byline_is_said_where_it_changes(blog):
    blog.post("One.", byline="Ann")
    blog.post("Two.", byline="Ann")
    blog.post("Three.", byline="Ben")
    page = await blog.read()
    await expect(page.locator(".entry-byline:visible")).to_have_text(["By Ben", "By Ann"])
