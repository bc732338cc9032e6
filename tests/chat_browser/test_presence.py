"""Who is here, who types, what is unread."""

from __future__ import annotations

import re

import pytest

from ..browser import expect, is_live
from ..rooms import choose, field, message, say, show

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_types_is_named_until_the_message_is_there(room):
    room.join("alice", "bob")
    alice, bob = await room.enter("alice", "bob")
    await field(bob).press_sequentially("He")
    await expect(alice.locator("[data-typing]")).to_have_text(f"{room.called('bob')} is typing…")
    await say(bob, "Hello")
    await show([alice], "Hello")
    await expect(alice.locator("[data-typing]")).to_be_empty()
    await expect(bob.locator("[data-typing]")).to_be_empty()


async def test_who_is_here_is_named_by_a_few_letters(room):
    room.join("alice", "bob")
    alice, bob = await room.enter("alice", "bob")
    await expect(alice.locator("[data-people]")).to_contain_text(room.called("bob"))
    await field(alice).press_sequentially("Look, @bo")
    await expect(alice.get_by_role("option")).to_have_text(re.compile(room.called("bob")))
    await field(alice).press("Enter")
    await expect(field(alice)).to_have_value(f"Look, @{room.called('bob')} ")
    await field(alice).press("Enter")
    await expect(message(bob, "Look").locator(".mention")).to_have_text(f"@{room.called('bob')}")
    await expect(message(bob, "Look")).to_have_class(re.compile("message-mentions-me"))


async def test_who_is_not_here_can_be_mentioned_as_well(room):
    room.join("alice", "bob")
    (alice,) = await room.enter("alice")
    await field(alice).press_sequentially("Look, @BO")
    await expect(alice.get_by_role("option")).to_have_text(re.compile(room.called("bob")))
    await field(alice).press("Enter")
    await expect(field(alice)).to_have_value(f"Look, @{room.called('bob')} ")


async def test_people_are_here_once_however_many_tabs_they_have(room):
    room.join("alice", "bob")
    pages = await room.enter("alice", "alice", "alice", "bob", "")
    for page in pages:
        here = page.locator("[data-people] bdi")
        await expect(here).to_have_text([room.called("alice"), room.called("bob")])
        await expect(page.locator("[data-presence] [data-count]")).to_have_text("2")
    await pages[3].close()
    for page in pages[:3]:
        await expect(page.locator("[data-people] bdi")).to_have_text([room.called("alice")])


async def test_what_is_unread_is_counted_in_every_tab_until_it_is_read_in_one(room):
    room.join("alice", "bob")
    room.say("bob", "one")
    rooms = await room.visit("alice", "/chat/")
    await is_live(rooms)
    badge = rooms.locator(".room-card", has_text=room.slug).locator("[data-unread]")
    await expect(badge).to_have_text("1")
    room.say("bob", "two")
    await expect(badge).to_have_text("2")
    await expect(rooms).to_have_title(re.compile(r"^\(1\) "))  # so many rooms
    await expect(badge).not_to_have_attribute("data-mentioned", "")
    room.say("bob", f"@{room.called('alice')}, are you there?")
    await expect(badge).to_have_text("3")
    await expect(badge).to_have_attribute("data-mentioned", "")
    (page,) = await room.enter("alice")
    await expect(message(page, "are you there?")).to_have_class(re.compile("message-mentions-me"))
    await expect(badge).to_be_hidden()
    await expect(rooms).not_to_have_title(re.compile(r"^\("))
    await rooms.reload()
    await expect(badge).to_be_hidden()


async def test_what_is_deleted_before_it_is_read_leaves_no_badge(room):
    room.join("alice", "bob")
    rooms = await room.visit("alice", "/chat/")
    (bob,) = await room.enter("bob")
    badge = rooms.locator(".room-card", has_text=room.slug).locator("[data-unread]")
    await say(bob, f"@{room.called('alice')}, forget it")
    await expect(badge).to_have_text("1")
    await choose(bob, "forget it", "Delete", confirm=True)
    await expect(badge).to_be_hidden()
    await expect(rooms).not_to_have_title(re.compile(r"^\("))


async def test_a_line_stands_above_what_came_while_one_was_away(room):
    room.join("alice", "bob")
    room.say("bob", "one", "two")
    (page,) = await room.enter("alice")
    await expect(page.locator(".unread-divider")).to_have_count(0)
    await page.goto(f"{room.server.url}/chat/")
    badge = page.locator(".room-card", has_text=room.slug).locator("[data-unread]")
    await expect(badge).to_be_hidden()
    room.say("bob", "three", "four")
    await expect(badge).to_have_text("2")
    await page.get_by_role("link", name=room.slug).click()
    await expect(page.locator(".unread-divider + article")).to_contain_text("three")
    await expect(page.locator(".unread-divider")).to_have_text("New messages")


async def test_older_messages_come_on_demand_and_who_reads_them_stays_where_they_are(room):
    room.join("alice", "bob")
    texts = [f"No. {number}" for number in range(120)]
    room.say("bob", *texts)
    (page,) = await room.enter("alice")
    older = page.get_by_role("link", name="Older messages")
    for count in 50, 100:
        await show([page], *texts[-count:])
        await older.click()
    await show([page], *texts)
    await expect(older).to_have_count(0)
    await message(page, "No. 60").scroll_into_view_if_needed()
    before = await message(page, "No. 60").bounding_box()
    room.say("bob", "The newest")
    await expect(page.locator("[data-jump]")).to_contain_text("(1)")
    assert await message(page, "No. 60").bounding_box() == before
    await page.get_by_role("button", name="Newest messages").click()
    await expect(message(page, "The newest")).to_be_in_viewport()
    await expect(page.locator("[data-jump]")).to_be_hidden()
