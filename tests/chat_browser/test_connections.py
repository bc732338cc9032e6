"""Whatever becomes of the connection, what was written arrives once."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, WebSocketRoute

from ..browser import expect, is_live
from ..readers import until
from ..rooms import Room, field, say, show
from ..writer import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_is_offline_is_told_why_they_cannot_send_and_then_has_everything(room):
    room.join("alice", "bob")
    alice, bob = both = await room.enter("alice", "bob")
    await say(alice, "one")
    await show(both, "one")
    await alice.context.set_offline(True)
    await field(alice).fill("three")
    await expect(alice.get_by_role("button", name="Send")).to_be_disabled()
    await expect(alice.locator("[data-reason]")).to_have_text("You are offline. What you write is kept here.")
    await field(alice).press("Enter")
    await say(bob, "two")
    await show([bob], "one", "two")
    await show([alice], "one")
    await alice.context.set_offline(False)
    await show([alice], "one", "two")
    await expect(field(alice)).to_have_value("three")
    await expect(alice.get_by_role("button", name="Send")).to_be_enabled()
    await field(alice).press("Enter")
    await show(both, "one", "two", "three")


async def test_while_the_server_is_down_what_is_written_is_kept_and_then_nothing_is_missed(room, site, server):
    room.join("alice", "bob")
    alice, _ = both = await room.enter("alice", "bob")
    await say(alice, "one")
    await show(both, "one")
    server.kill()
    try:
        await is_live(alice, "reconnecting")
        await field(alice).fill("three")
        await field(alice).press("Enter")
        await expect(alice.locator("[data-reason]")).to_contain_text("What you write is kept here.")
        room.say("bob", "two")
    finally:
        site.start(port=server.port)
    for page in both:  # the longer it was away, the longer they wait before they try again
        await is_live(page, seconds=60)
    await show(both, "one", "two")
    await expect(alice.get_by_role("button", name="Send")).to_be_enabled()
    await field(alice).press("Enter")
    await show(both, "one", "two", "three")


class Wire:
    """Between a page and its room: what the page sends can be held up, and what the server answers be lost."""

    def __init__(self) -> None:
        self.sent: list[str] = []  # of messages
        self.held: list[Any] = []
        self.holds = self.loses = False

    async def connect(self, page: Page, room: Room) -> None:
        await page.route_web_socket(re.compile(f"/_ws{room.path.rstrip('/')}"), self._route)

    def let_go(self) -> None:
        self.holds = False
        for send in self.held:
            send()

    async def _route(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        connection = len(self.sent)

        def upward(frame: str | bytes) -> None:
            if '"type":"send"' in str(frame):
                self.sent.append(str(frame))
            self.held.append(lambda: server.send(frame)) if self.holds else server.send(frame)

        def downward(frame: str | bytes) -> None:
            if not (self.loses and len(self.sent) > connection):
                route.send(frame)

        route.on_message(upward)
        server.on_message(downward)


@pytest_asyncio.fixture(loop_scope="module")
async def wired(room: Room) -> tuple[Page, Wire]:
    """Alice's tab, with all that goes over the wire in our hands."""
    room.join("alice")
    page, wire = await room.visit("alice"), Wire()
    await wire.connect(page, room)
    await page.reload()
    await is_live(page)
    return page, wire


async def test_a_message_is_shown_as_on_its_way_until_it_is_stored(room, wired):
    page, wire = wired
    pending = page.locator("[data-pending] article")
    wire.holds = True
    await say(page, "Hello?")
    await expect(pending).to_have_attribute("data-state", "sent")
    await expect(pending).to_contain_text("sending…")
    await expect(pending.locator(".message-text")).to_have_text("Hello?")
    await expect(field(page)).to_have_value("")
    wire.let_go()
    await show([page], "Hello?")
    await expect(pending).to_have_count(0)


async def test_a_message_whose_connection_dies_is_sent_again_and_stored_once(room, wired, write):
    page, wire = wired
    wire.loses = True
    await say(page, "Hello?")
    await until(lambda: write("messages", room=room.slug)["messages"], what="the message")
    await expect(page.locator("[data-pending] article")).to_have_count(1)
    wire.loses = False
    await page.evaluate("dispatchEvent(new Event('offline')); dispatchEvent(new Event('online'))")
    await show([page], "Hello?")
    await expect(page.locator("[data-pending] article")).to_have_count(0)
    assert len(wire.sent) == 2
    assert len(set(wire.sent)) == 1
    assert len(write("messages", room=room.slug)["messages"]) == 1


@pytest.mark.parametrize("how", ["reload", "duplicate"])
async def test_a_message_whose_ack_was_lost_is_shown_once_by_the_next_page(room, wired, write, how):
    page, wire = wired
    wire.loses = True
    await say(page, "Hello?")
    await until(lambda: write("messages", room=room.slug)["messages"], what="the message")
    await expect(page.locator("[data-pending] article")).to_have_count(1)
    wire.loses = False
    kept = await page.evaluate("JSON.stringify(sessionStorage)")
    other = page if how == "reload" else await page.context.new_page()
    await other.add_init_script(f"""
        Object.assign(sessionStorage, {kept});
        window.twice = 0;
        new MutationObserver(() => {{
            const shown = document.querySelectorAll("[data-items] .message, [data-pending] article");
            if (shown.length > 1) window.twice++;
        }}).observe(document, {{ childList: true, subtree: true }});
    """)
    await other.goto(page.url)
    await is_live(other)
    await show([other], "Hello?")
    await expect(other.locator("[data-pending] article")).to_have_count(0)
    assert await other.evaluate("window.twice") == 0
    assert await other.evaluate("sessionStorage.length") == 0
    assert len(write("messages", room=room.slug)["messages"]) == 1


async def test_where_websockets_are_blocked_messages_come_by_polling_and_go_by_forms(room):
    room.join("alice", "bob")
    (bob,) = await room.enter("bob")
    alice = await room.visit("alice", "/chat/")
    await alice.add_init_script("window.WebSocket = class extends WebSocket { constructor() { super('/blocked'); } }")
    await alice.goto(bob.url)
    await is_live(alice, "polling", seconds=30)
    await say(bob, "one")
    await show([alice], "one")
    await say(alice, "two")
    await show([bob, alice], "one", "two")


async def test_who_signs_in_again_elsewhere_goes_on_by_forms_and_somebody_else_does_not(room):
    room.join("alice", "bob")
    alice = await room.visit("alice", "/chat/")
    await alice.add_init_script("window.WebSocket = class extends WebSocket { constructor() { super('/blocked'); } }")
    await alice.goto(room.server.url + room.path)
    await is_live(alice, "polling", seconds=30)
    elsewhere = await room.visit("alice", "/accounts/login/")

    async def sign_in(name: str) -> None:
        await elsewhere.goto(f"{room.server.url}/accounts/login/")
        await elsewhere.get_by_label("Username").fill(room.called(name))
        await elsewhere.get_by_label("Password").fill(PASSWORD)
        await elsewhere.get_by_role("button", name="Sign in").click()
        await expect(elsewhere.locator(".facts")).to_contain_text(room.called(name))

    await sign_in("alice")
    await say(alice, "one")
    await show([alice], "one")
    await sign_in("bob")
    await say(alice, "two")
    waiting = alice.locator("[data-pending] article")
    await expect(waiting.locator("[data-detail]")).to_have_text("Sign in to take part.")
    await sign_in("alice")
    await waiting.get_by_role("button", name="Try again").click()
    await show([alice], "one", "two")


async def test_where_websockets_are_blocked_what_is_unread_is_counted_all_the_same(room):
    room.join("alice", "bob")
    rooms = await room.visit("alice", "/chat/")
    await rooms.add_init_script("window.WebSocket = class extends WebSocket { constructor() { super('/blocked'); } }")
    await rooms.reload()
    badge = rooms.locator(".room-card", has_text=room.slug).locator("[data-unread]")
    await expect(badge).to_be_hidden()
    room.say("bob", "one", "two")
    await expect(badge).to_have_text("2", timeout=30_000)
