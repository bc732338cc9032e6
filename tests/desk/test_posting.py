"""What an editor posts is with the readers at once, by one chord; what the answer says, and how it is taken back."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Request

from ..browser import expect, is_live
from ..readers import until
from .newsroom import CLOCK, composer, do, edit, editor, entry, post, said, shows, state, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_ten_posts_in_a_row_take_ten_chords_and_no_page_load_and_are_read_in_order(newsroom):
    desk, reader = await newsroom.sit(), await newsroom.read()
    navigations: list[Request] = []
    desk.on("request", lambda request: navigations.append(request) if request.is_navigation_request() else None)
    await desk.evaluate("addEventListener('keydown', ({ key }) => (window.keys ??= []).push(key), true)")
    await expect(text(desk)).to_be_focused()
    texts = [f"Boat {number} is home." for number in range(10)]
    for words in texts:
        await desk.keyboard.insert_text(words)  # as typed: no key beside the text
        await desk.keyboard.press("Control+Enter")
    await shows(reader, *reversed(texts))
    assert await desk.evaluate("window.keys") == ["Control", "Enter"] * 10
    assert navigations == []
    await expect(desk.locator("[data-items] .desk-entry")).to_have_count(10)
    await expect(text(desk)).to_have_value("")
    await expect(text(desk)).to_be_focused()


async def test_what_was_published_is_said_with_its_time_and_undo_makes_it_a_draft(newsroom):
    desk, reader = await newsroom.sit(), await newsroom.read()
    await post(desk, "They are off.")
    await expect(said(desk)).to_have_text(CLOCK)
    await shows(reader, "They are off.")
    await expect(said(desk).get_by_role("link", name="View")).to_have_attribute(
        "href", re.compile(f"/{newsroom.entries()[0]['id']}/")
    )
    await said(desk).get_by_role("button", name="Undo").click()
    await state(desk, "They are off.", "draft")
    await shows(reader)
    await expect(said(desk)).to_have_text("Saved as draft · Publish · Undo")


async def test_a_draft_is_said_to_be_one_and_published_by_one_click(newsroom):
    desk, reader = await newsroom.sit(), await newsroom.read()
    await post(desk, "Not yet.", "Control+s")
    await expect(said(desk)).to_have_text("Saved as draft · Publish")
    await state(desk, "Not yet.", "draft")
    await shows(reader)
    await said(desk).get_by_role("button", name="Publish").click()
    await expect(said(desk)).to_have_text(CLOCK)
    await shows(reader, "Not yet.")


CLICKS = [("Pin", "pinned", True), ("Key event", "key_event", True), ("Retract", "state", "retracted")]


@pytest.mark.parametrize(("action", "field", "becomes"), CLICKS)
async def test_each_click_is_undone_by_one(newsroom, action, field, becomes):
    newsroom.post("They are off.")
    desk = await newsroom.sit()
    before = newsroom.entries()[0][field]
    await do(desk, "They are off.", action)
    await until(lambda: newsroom.entries()[0][field] == becomes, what=action)
    await said(desk).get_by_role("button", name="Undo").click()
    await until(lambda: newsroom.entries()[0][field] == before, what="the undo")


async def test_a_restored_entry_is_retracted_again_by_undo(newsroom):
    newsroom.post("They are off.", state="retracted")
    desk, reader = await newsroom.sit(), await newsroom.read()
    await do(desk, "They are off.", "Restore")
    await shows(reader, "They are off.")
    await said(desk).get_by_role("button", name="Undo").click()
    await shows(reader)
    await state(desk, "They are off.", "retracted")


async def test_what_is_deleted_comes_back_by_undo(newsroom):
    newsroom.post("They are off.")
    desk, reader = await newsroom.sit(), await newsroom.read()
    await do(desk, "They are off.", "Delete")
    await shows(reader)
    await expect(said(desk)).to_have_text("Deleted · Undo")
    await said(desk).get_by_role("button", name="Undo").click()
    await shows(reader, "They are off.")


async def test_what_is_deleted_and_not_undone_is_deleted_in_the_end(newsroom):
    newsroom.post("They are off.")
    newsroom.post("They are back.")
    desk = await newsroom.sit()
    await do(desk, "They are off.", "Delete")
    await state(desk, "They are off.", "retracted")
    await do(desk, "They are back.", "Delete")
    await expect(entry(desk, "They are back.").get_by_role("button")).to_have_text(["Undo"])
    await do(desk, "They are back.", "Undo")  # by its own button: it is not deleted then
    await expect(entry(desk, "They are off.")).to_have_count(0, timeout=15_000)
    assert newsroom.bodies() == ["They are back."]
    await state(desk, "They are back.", "published")


async def test_what_is_deleted_by_a_page_that_is_left_is_deleted_all_the_same(newsroom):
    newsroom.post("They are off.")
    desk = await newsroom.sit()
    await do(desk, "They are off.", "Delete")
    await state(desk, "They are off.", "retracted")
    await desk.goto(f"{newsroom.server.url}/liveblog/{newsroom.slug}/")
    await until(lambda: not newsroom.entries(), what="the deletion")


async def test_the_live_blog_is_ended_and_reopened_by_clicks(newsroom):
    desk, reader = await newsroom.sit(), await newsroom.read()
    await desk.get_by_role("button", name="End it").click()
    await is_live(reader, "ended")
    await expect(said(desk)).to_have_text("It has ended. · Undo")
    await said(desk).get_by_role("button", name="Undo").click()
    await expect(desk.get_by_role("button", name="End it")).to_be_visible()


async def test_the_history_brings_back_what_an_entry_used_to_say(newsroom):
    newsroom.post("They are off.")
    desk, reader = await newsroom.sit(), await newsroom.read()
    await edit(desk, "They are off.", body="They are back.")
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await shows(reader, "They are back.")
    await do(desk, "They are back.", "History")
    history = desk.get_by_role("dialog", name="History")
    await expect(history.locator("pre")).to_have_text(["They are back.", "They are off."])
    await expect(history.locator("time").first).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await history.get_by_role("button", name="Restore this version").click()
    await expect(history).to_be_hidden()
    await shows(reader, "They are off.")
    await expect(entry(desk, "They are off.")).to_be_focused()
    await said(desk).get_by_role("button", name="Undo").click()
    await shows(reader, "They are back.")


async def test_an_edit_is_undone_by_one_click_and_the_focus_goes_to_its_entry(newsroom):
    newsroom.post("They are off.", headline="Off")
    desk, reader = await newsroom.sit(), await newsroom.read()
    await edit(desk, "They are off.", body="They are back.", headline="Back")
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await expect(said(desk)).to_have_text("Saved · View · Undo")
    await shows(reader, "They are back.")
    await said(desk).get_by_role("button", name="Undo").click()
    await shows(reader, "They are off.")
    await expect(said(desk)).to_have_text("Undone · View")
    await expect(entry(desk, "They are off.")).to_be_focused()
    await expect(reader.locator("[data-items] article")).not_to_contain_text("Updated")
    assert newsroom.entries()[0]["headline"] == "Off"


async def test_the_preview_shows_what_readers_would_see_as_it_is_typed(newsroom):
    desk = await newsroom.sit()
    await desk.get_by_role("button", name="Preview").click()
    await text(desk).fill("They are *off*.")
    await expect(desk.frame_locator(".desk-preview iframe").locator("em")).to_have_text("off")
    await text(desk).press("Control+Enter")
    await expect(desk.frame_locator(".desk-preview iframe").locator("em")).to_have_count(0)


async def test_enter_in_a_line_publishes_nothing_half_written(newsroom):
    desk = await newsroom.sit()
    await composer(desk).locator("[name=headline]").fill("Off")
    await composer(desk).locator("[name=headline]").press("Enter")
    await expect(text(desk)).to_be_focused()
    await desk.keyboard.insert_text("They are off.")
    await desk.keyboard.press("Control+Enter")
    await expect(entry(desk, "They are off.")).to_be_visible()
    assert [each["headline"] for each in newsroom.entries()] == ["Off"]


async def test_a_correction_is_read_and_a_quiet_fix_leaves_no_mark(newsroom):
    newsroom.post("They are of.")
    desk, reader = await newsroom.sit(), await newsroom.read()
    await edit(desk, "They are of.", body="They are off.")
    await editor(desk).get_by_label("Quiet fix").check()
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await shows(reader, "They are off.")
    await expect(editor(desk)).to_have_count(0)
    await expect(reader.locator("[data-items] article")).not_to_contain_text("Updated")
    await edit(desk, "They are off.", body="They are not off.")
    await editor(desk).get_by_text("Byline and correction").click()
    await editor(desk).locator("[name=correction]").fill("We wrote that they are off.")
    await editor(desk).get_by_role("button", name="Save", exact=True).click()
    await expect(reader.locator("[data-items] article")).to_contain_text("We wrote that they are off.")
    await expect(reader.locator("[data-items] article")).to_contain_text("Updated")
