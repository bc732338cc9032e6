"""The desk is for editors alone, and for as long as they are."""

from __future__ import annotations

import pytest

from ..browser import expect, is_live
from ..readers import Reader
from ..writer import PASSWORD
from .newsroom import said, state, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOSSES = [
    ({"is_active": False}, "You are signed out. What you write is kept here. · Sign in"),
    ({"is_staff": False}, "You may not post here any more. What you wrote is kept here."),
]


@pytest.mark.parametrize(("loss", "sentence"), LOSSES)
async def test_who_loses_the_right_is_cut_off_and_told(newsroom, loss, sentence):
    desk = await newsroom.sit()
    await text(desk).fill("They are")
    newsroom.write("person", liveblog=newsroom.slug, username=newsroom.carol, **loss)
    await is_live(desk, "stopped")
    await expect(said(desk)).to_have_text(sentence)
    newsroom.post("Not for her.")
    await expect(text(desk)).to_have_value("They are")
    await expect(desk.locator("[data-items] .desk-entry")).to_have_count(0)


async def test_who_signs_in_again_sees_what_was_missed(newsroom):
    desk = await newsroom.sit()
    for active in False, True:
        newsroom.write("person", liveblog=newsroom.slug, username=newsroom.carol, is_active=active)
        if not active:
            await is_live(desk, "stopped")
    newsroom.post("Missed.", state="draft")
    await said(desk).get_by_role("button", name="Sign in").click()
    dialog = desk.get_by_role("dialog", name="Sign in again")
    await dialog.get_by_label("Username").fill(newsroom.carol)
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await is_live(desk)
    await state(desk, "Missed.", "draft")


@pytest.mark.parametrize(("who", "code"), [("", 4401), ("alice", 4403)])
async def test_a_stranger_s_socket_is_refused(newsroom, server, who, code):
    cookie = newsroom.write("sign in", liveblog=newsroom.slug, username=who)["cookie"] if who else "a=b"
    reader = Reader(server, "/_ws/liveblog/demo/desk/", additional_headers={"Cookie": cookie})
    await reader.run()
    assert [closed for _, closed in reader.closes] == [code]
    assert reader.texts == []
