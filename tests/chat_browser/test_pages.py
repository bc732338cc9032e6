"""What the pages of a room show, and to whom."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe

from ..browser import expect, is_live
from ..rooms import Room, field, message, say, show

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 844}


async def test_without_javascript_one_reads_joins_and_writes(room):
    room.join("bob")
    room.say("bob", *(f"No. {number}" for number in range(60)))
    room.join("alice")
    room.write("leave", room=room.slug, people=[room.called("alice")])
    page = await room.visit("alice", java_script_enabled=False)
    await expect(page.locator("article")).to_have_count(50)
    await expect(page.locator("article").last).to_be_in_viewport()
    await expect(page.locator("[data-status]")).to_be_hidden()
    await expect(field(page)).to_be_hidden()
    await page.get_by_role("button", name="Join").click()
    await field(page).fill("Hello!")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("article").last).to_contain_text("Hello!")
    await expect(page.locator("article").last).to_contain_text(room.called("alice"))
    await expect(field(page)).to_have_value("")
    await page.get_by_role("link", name="Older messages").click()
    await expect(page.locator("article").first).to_contain_text("No. 0")


HOSTILE = {
    "markup": "<script>alert(1)</script> <img src=x onerror=alert(2)> </div><h1>ok?",
    "a link that is code": "javascript:alert(1) ok? data:text/html,<script>alert(2)</script>",
    "controls of direction": "\u202e\u2067\u202b ok? \u2066evil\u202d",
    "right to left": "שלום עולם, ok? مرحبا بالعالم",
    "4,000 combining characters": "ok?a" + "\u0301" * 1_998 + "\u0316" * 1_998,
    "a word without end": "ok?" + "W" * 3_990,
    "line breaks": "ok?" + "\n" * 300 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_is_shown_harmlessly(room, name):
    room.join("alice", "bob")
    (alice,) = await room.enter("alice")
    dialogs: list[object] = []
    alice.on("dialog", lambda dialog: dialogs.append(dialog))
    room.say("bob", "above")
    await say(alice, HOSTILE[name])
    await expect(message(alice, "ok?")).to_be_attached()
    room.say("bob", "below")
    await expect(message(alice, "below")).to_be_in_viewport()
    text = message(alice, "ok?").locator(".message-text")
    assert await text.evaluate("(element) => element.textContent") == HOSTILE[name]
    assert await text.locator("> :not(a)").count() == 0
    assert await text.locator("a:not([href^=http])").count() == 0
    assert await alice.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not dialogs
    # The others look as they would without it: nothing of it is painted over them, or turns them around.
    for other in "above", "below":
        await message(alice, other).scroll_into_view_if_needed()
        with_it = await message(alice, other).screenshot(animations="disabled")
        await text.evaluate("(element) => (element.style.visibility = 'hidden')")
        assert await message(alice, other).screenshot(animations="disabled") == with_it, other
        await text.evaluate("(element) => (element.style.visibility = 'visible')")


async def test_a_stranger_gets_the_same_bytes_as_any_other_and_keeps_them(room):
    room.join("bob")
    room.say("bob", "Hello")
    get = room.server.get
    assert get(room.path) == get(room.path, Cookie="theme=dark", **{"User-Agent": "another", "Accept-Language": "de"})
    page = await room.visit()
    statuses: list[int] = []
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Network.enable")
    cdp.on("Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"]))
    await page.reload()
    await is_live(page)
    assert 304 in statuses
    await show([page], "Hello")


async def test_a_room_s_moderator_decides_on_what_was_reported(room):
    room.join("alice")
    room.join("mo", role="moderator")
    room.say("alice", "Buy watches")
    room.write("report", room=room.slug, people=[room.called("alice")])
    alice, mo = await room.enter("alice", "mo")
    await mo.get_by_role("link", name="Reports").click()
    await mo.get_by_role("button", name="Delete the message for readers").click()
    await expect(mo.locator("main")).to_contain_text("Nothing is waiting.")
    await show([alice])


async def test_staff_are_marked_where_they_write_and_where_they_are_listed(room):
    room.join("alice", "editor")
    alice, editor = await room.enter("alice", "editor")
    await say(editor, "Good morning")
    await say(alice, "Hello")
    await expect(message(alice, "Good morning").locator(".badge")).to_have_text("Staff")
    await expect(message(alice, "Hello").locator(".badge")).to_have_count(0)
    await expect(alice.locator("[data-people] .badge:visible")).to_have_count(1)


# Who looks, and at what; {room} is its address.
PAGES = [("mo", "{room}"), ("mo", "{room}people/"), ("mo", "{room}edit/"), ("alice", "{room}"), ("alice", "/chat/")]
PAGES += [("alice", "/chat/search/?q=regatta"), ("editor", "/chat/new/"), ("", "{room}"), ("", "/chat/")]
PAGES += [("mo", "{room}reports/")]


@pytest.fixture
def furnished(room: Room) -> Room:
    """With something of everything."""
    room.join("alice", "bob", "clara", "editor")
    room.join("mo", role="moderator")
    room.join("dora", banned=True)
    room.write("mute", room=room.slug, people=[room.called("clara")], minutes=60)
    room.write("change", room=room.slug, topic="The regatta, and the weather", slow_seconds=5)
    room.say("bob", *(f"No. {number}" for number in range(50)), "@" + room.called("alice"))
    room.say("alice", "The regatta: https://example.org/regatta")
    room.say("editor", "Be kind to each other.")
    room.write("report", room=room.slug, people=[room.called("clara")])
    return room


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_nothing_is_logged_to_the_console(furnished, scheme):
    said: list[str] = []
    for name, path in PAGES:
        page = await furnished.visit(name, "/chat/", color_scheme=scheme, viewport=PHONE)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(furnished.server.url + path.format(room=furnished.path))
        if await page.locator("live-stream").count():
            await is_live(page)
        found = await Axe().run(page)
        assert found.violations_count == 0, f"{path} for {name}: {found.generate_report()}"
        await page.close()
    assert said == []
