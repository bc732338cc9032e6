"""The live blog itself, at its desk."""

import pytest

from ..browser import expect, is_live
from .newsroom import said

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_summary_and_end_are_set_at_the_desk_and_readers_see_the_summary(newsroom):
    desk, reader = await newsroom.visit(), await newsroom.read()
    await is_live(desk)
    await desk.get_by_text("Summary, and when it ends by itself").click()
    await desk.get_by_label("Summary", exact=True).fill("All the boats.")
    await desk.get_by_label("Ends by itself").select_option(label="after 3 hours without a post")
    await desk.get_by_role("button", name="Save", exact=True).click()
    await expect(reader.locator("main")).to_contain_text("All the boats.")
    await expect(desk.locator(".desk-head")).to_contain_text("Ends by itself after 3 hours without a post")
    await said(desk).get_by_role("button", name="Undo").click()
    await expect(desk.locator(".desk-head")).not_to_contain_text("Ends by itself")


async def test_a_click_ends_the_live_blog_and_another_opens_it_again(newsroom):
    desk = await newsroom.visit()
    await is_live(desk)
    await desk.get_by_role("button", name="End it").click()
    await expect(desk.get_by_role("button", name="Reopen")).to_be_visible()
    await said(desk).get_by_role("button", name="Undo").click()
    await expect(desk.get_by_role("button", name="End it")).to_be_visible()
