"""Who moderates, and who is moderated."""

from __future__ import annotations

import pytest

from ..browser import expect, is_live
from ..rooms import choose, field, say, show

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_a_moderator_deletes_is_gone_for_everyone(room):
    room.join("bob")
    room.join("mo", role="moderator")
    mo, _ = both = await room.enter("mo", "bob")
    room.say("bob", "one", "two")
    await show(both, "one", "two")
    await choose(mo, "one", "Delete", confirm=True)
    await show(both, "two")


async def test_who_is_muted_reads_on_and_is_told_why_they_cannot_write(room):
    room.join("bob")
    room.join("mo", role="moderator")
    mo, bob = await room.enter("mo", "bob")
    await say(bob, "one")
    await field(bob).fill("a draft")
    await choose(mo, "one", "Mute")
    await expect(mo.locator("[data-notice]")).to_have_text(f"{room.called('bob')} can’t write here for an hour.")
    await expect(bob.locator("[data-reason]")).to_contain_text("A moderator has muted you until")
    await expect(field(bob)).to_be_disabled()
    await say(mo, "two")
    await show([mo, bob], "one", "two")
    room.write("mute", room=room.slug, people=[room.called("bob")], minutes=0)
    await expect(field(bob)).to_be_enabled()
    await expect(field(bob)).to_have_value("a draft")


async def test_who_is_banned_is_shown_out_and_told_so(room):
    room.join("bob")
    room.join("mo", role="moderator")
    mo, bob = await room.enter("mo", "bob")
    await say(bob, "one")
    await choose(mo, "one", "Ban", confirm=True)
    await expect(bob.locator("[data-reason]")).to_have_text("You have been banned from this room.")
    await is_live(bob, "stopped")
    await expect(field(bob)).to_be_disabled()
    await say(mo, "two")
    await show([mo], "one", "two")
    await show([bob], "one")
    await bob.reload()
    await expect(bob.locator("main")).to_contain_text("banned")
    await expect(bob.locator("article")).to_have_count(0)


async def test_a_room_that_is_closed_says_so_to_everyone_in_it(room):
    room.join("alice")
    alice, stranger = await room.enter("alice", "")
    room.write("change", room=room.slug, closed=True, name="Closed for today")
    for page in alice, stranger:
        await expect(page.get_by_role("heading", level=1)).to_have_text("Closed for today")
        await expect(page.locator(".room-state")).to_have_text("Closed")
    await expect(field(alice)).to_be_disabled()
    await expect(alice.locator("[data-reason]")).to_contain_text("This room is closed")


async def test_what_is_reported_waits_in_the_queue_of_the_admin(room):
    room.join("alice", "bob")
    (alice,) = await room.enter("alice")
    room.say("bob", "Buy now!")
    await choose(alice, "Buy now!", "Report")
    await alice.get_by_label("Reason").fill("An advertisement")
    await alice.get_by_role("dialog").get_by_role("button", name="Report").click()
    await expect(alice.locator("[data-notice]")).to_have_text("Reported. A moderator will look at it.")
    room.join("editor")
    queue = (await room.visit("editor", "/admin/chat/report/")).locator("#result_list")
    await expect(queue).to_contain_text("Buy now!")
    await expect(queue).to_contain_text("An advertisement")
