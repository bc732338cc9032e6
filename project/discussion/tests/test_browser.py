"""The room beside the live blog, in real browser windows."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.browser import browser
from tests.servers import Server, Site

OPEN = """
from django.contrib.auth import get_user_model
from chat.models import Message
from liveblog.models import LiveBlog
from project.discussion.rooms import open_discussion, room_beside
from uuid import uuid4
people = {person.username: person for person in get_user_model().objects.all()}
liveblog = LiveBlog.objects.get()
open_discussion(liveblog, people["editor"])
room = room_beside(liveblog)
for name in ("alice", "bob"):
    room.memberships.create(user=people[name])
said = {"author": people["bob"], "author_name": "Bob"}
Message.post(room, [Message(**said, client_id=uuid4(), text=f"No. {n}") for n in range(60)])
"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def server(site: Site) -> Server:
    site.manage("shell", "--command", OPEN)
    return site.start()


@pytest.fixture
async def window(chromium):
    async with browser() as started:
        yield started


async def visit(window: Browser, server: Server, path: str, username: str = "", **options: Any) -> Page:
    """Open a page, signed in or as nobody."""
    page = await (await window.new_context(**options)).new_page()
    if username:
        await page.goto(f"{server.url}/accounts/login/")
        await page.get_by_label("Username").fill(username)
        await page.get_by_label("Password").fill("correct-horse")
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    await page.goto(server.url + path)
    return page


async def test_what_is_written_beside_the_live_blog_is_read_in_the_room_and_the_other_way_round(window, server):
    beside = await visit(window, server, "/liveblog/demo/", "alice")
    room = await visit(window, server, "/chat/demo/", "bob")
    for writer, reader, text in (beside, room, "They are off!"), (room, beside, "We see them, too."):
        await expect(writer.locator("chat-room [data-status][data-state=live]").first).to_be_attached()
        await writer.get_by_role("textbox", name="Message").fill(text)
        await writer.get_by_role("button", name="Send").click()
        for page in writer, reader:
            await expect(page.locator("article.message", has_text=text)).to_have_count(1, timeout=5000)


async def test_beside_the_live_blog_the_rooms_own_links_lead_to_the_room(window, server):
    page = await visit(window, server, "/liveblog/demo/", "alice")
    messages = page.locator("live-discussion article.message")
    await expect(messages).to_have_count(50)
    await page.get_by_role("link", name="Older messages").click()
    await expect(messages).to_have_count(60)
    assert page.url.endswith("/liveblog/demo/")
    await messages.first.locator(".message-time").click()
    await expect(page.locator("main > chat-room")).to_be_attached()
    assert page.url.startswith(f"{server.url}/chat/demo/?before=2#message-")


async def test_a_reader_who_is_not_signed_in_reads_along(window, server):
    page = await visit(window, server, "/liveblog/demo/")
    await expect(page.locator("live-discussion .message-text").last).to_have_text("No. 59")
    await expect(page.get_by_role("link", name="Sign in to write")).to_be_visible()


async def test_on_a_phone_there_is_a_link_and_no_second_socket(window, server):
    page = await visit(window, server, "/liveblog/demo/", viewport=PHONE)
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.reload()
    await expect(page.locator("[data-status][data-state=live]")).to_be_attached()
    assert [url.partition("/_ws/")[2].partition("?")[0] for url in sockets] == ["liveblog/demo"]
    await page.get_by_role("link", name="Discussion").click()
    await expect(page.locator("main > chat-room")).to_be_visible()


async def test_without_javascript_there_is_the_link(window, server):
    page = await visit(window, server, "/liveblog/demo/", java_script_enabled=False)
    await page.get_by_role("link", name="Discussion").click()
    await expect(page.locator("article.message")).to_have_count(50)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(window, server, scheme):
    page = await visit(window, server, "/liveblog/demo/", "alice", color_scheme=scheme)
    await expect(page.locator("live-discussion article.message")).to_have_count(50)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
