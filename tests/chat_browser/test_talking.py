"""Two who talk."""

from __future__ import annotations

import pytest

from ..browser import expect, is_live
from ..rooms import choose, field, message, say, show
from ..writer import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 844}


async def test_two_people_write_edit_and_delete_and_each_sees_it_at_once(room):
    room.join("alice", "bob")
    alice, bob = both = await room.enter("alice", "bob")
    await say(alice, "Shall we meet at the key?")
    await say(bob, "At what?")
    await show(both, "Shall we meet at the key?", "At what?")
    await field(alice).press("ArrowUp")
    await expect(field(alice)).to_have_value("Shall we meet at the key?")
    await say(alice, "Shall we meet at the quay?")
    await show(both, "Shall we meet at the quay?", "At what?")
    await expect(message(bob, "quay")).to_contain_text("edited")
    await expect(field(alice)).to_have_value("")
    await choose(bob, "At what?", "Delete", confirm=True)
    await show(both, "Shall we meet at the quay?")


async def test_people_of_the_demo_sign_in_and_talk_in_the_lobby(room):
    pages = []
    for username in "alice", "bob":
        page = await room.visit(username, "/chat/lobby/", viewport=PHONE)
        await page.get_by_role("link", name="Sign in to write").click()
        await page.get_by_label("Username").fill(username)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await is_live(page)
        pages.append(page)
    for page, name, text in zip(pages, ("Alice Liddell", "Bob Cratchit"), ("They won!", "Did they?"), strict=True):
        await say(page, text)
        for each in pages:
            await expect(message(each, text)).to_have_count(1)
            await expect(message(each, text).locator(".message-author")).to_have_text(name)
