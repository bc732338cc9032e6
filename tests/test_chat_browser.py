"""People in real browser windows, talking."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, WebSocketRoute

from .browser import browser, expect, is_live
from .readers import until
from .rooms import Room, choose, field, message, say, show
from .servers import Server, Site
from .writer import PASSWORD, Writer

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated: Any, collected: None) -> Iterator[Site]:
    site = Site(shutil.copytree(migrated, tmp_path_factory.mktemp("chat") / "site"))
    yield site
    site.end()


@pytest.fixture(scope="module")
def server(site: Site) -> Server:
    return site.start()


@pytest.fixture(scope="module")
def write(site: Site) -> Iterator[Writer]:
    writer = Writer(site.env)
    yield writer
    writer.end()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def window(chromium: None) -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def room(window: Browser, server: Server, write: Writer) -> AsyncIterator[Room]:
    room = Room(window, server, write)
    yield room
    await room.leave()


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


# Connections


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


# People


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


# Moderation


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


# Pages


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
