"""What readers choose: to pause, which end comes first; and where they were last."""

from __future__ import annotations

import pytest

from ..browser import expect, is_live

pytestmark = pytest.mark.asyncio(loop_scope="module")

LEAVE = """() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


async def test_while_paused_nothing_comes_but_what_is_retracted_goes_and_afterwards_all_is_there(blog):
    first, second = blog.post("One."), blog.post("Two.")
    page = await blog.read()
    prose = page.locator("[data-items] .prose")
    await page.get_by_role("button", name="Pause").click()
    blog.post("Three.")
    blog.edit(first, body="One, corrected.")
    await expect(page.locator("[data-pause]")).to_have_text("Go on: 2 new")
    await expect(prose).to_have_text(["Two.", "One."])
    blog.delete(second)
    await expect(prose).to_have_text(["One."])
    await page.locator("[data-pause]").click()
    await expect(prose).to_have_text(["Three.", "One, corrected."])
    await expect(page.locator("[data-pause]")).to_have_text("Pause")
    blog.post("Four.")
    await expect(prose.first).to_have_text("Four.")


async def test_the_oldest_come_first_where_a_reader_wants_that_and_what_is_pinned_stays_on_top(blog):
    blog.post("Pinned.", pinned=True)
    for number in range(35):
        blog.post(f"No. {number}.")
    page = await blog.read()
    prose = page.locator("[data-items] .prose")
    await page.get_by_role("button", name="Oldest first").click()
    await expect(prose.nth(0)).to_have_text("Pinned.")
    await expect(prose.nth(1)).to_have_text("No. 5.")
    blog.post("The latest.")
    await expect(prose.last).to_have_text("The latest.")
    await page.locator("[data-older]").click()
    await expect(prose.nth(1)).to_have_text("No. 0.")
    await page.goto(f"{blog.server.url}/liveblog/{blog.slug}/")
    await is_live(page)
    await expect(prose.last).to_have_text("The latest.")
    await page.get_by_role("button", name="Newest first").click()
    await expect(prose.nth(1)).to_have_text("The latest.")


async def test_who_comes_again_sees_what_is_new_since(blog):
    blog.post("Old.")
    page = await blog.read()
    await page.evaluate(LEAVE)
    await page.goto("about:blank")
    blog.post("New.")
    await page.goto(f"{blog.server.url}/liveblog/{blog.slug}/")
    await is_live(page)
    await expect(page.locator("[data-since]")).to_have_count(1)
    await expect(page.locator("[data-since] .prose")).to_have_text("Old.")


async def test_who_was_last_on_a_page_of_older_entries_has_seen_the_newest_all_the_same(blog):
    blog.post("Old.")
    blog.post("New.")
    page = await blog.read()
    newest = await page.locator("[data-items] .entry").first.get_attribute("data-position")
    await page.evaluate(LEAVE)
    for query in (f"?before={newest}", ""):
        await page.goto(f"{blog.server.url}/liveblog/{blog.slug}/{query}")
        await is_live(page)
        await expect(page.locator("[data-items] .prose").last).to_have_text("Old.")
        await expect(page.locator("[data-since]")).to_have_count(0)
        await page.evaluate(LEAVE)
