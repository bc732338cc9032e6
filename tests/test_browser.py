"""An editor and a reader in real browser windows."""

import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, Request

from .browser import browser, expect, is_live, sign_in
from .readers import until
from .servers import Server, Site


@pytest.fixture
def server(site: Site) -> Server:
    return site.start()


@pytest.fixture
async def window(chromium: None) -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


def newest(page: Page) -> Locator:
    return page.locator("[data-items] article:not(.entry-pinned)").first


@contextlib.contextmanager
def busy(site: Site) -> Iterator[None]:
    """Somebody else writes to the database: whoever wants to waits."""
    with contextlib.closing(sqlite3.connect(site.env["DATABASE_URL"].removeprefix("sqlite:///"))) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.rollback()


async def open_demo(window: Browser, server: Server) -> Page:
    page = await window.new_page()
    await page.goto(f"{server.url}/liveblog/demo/")
    await is_live(page)
    return page


async def test_what_an_editor_posts_in_the_admin_is_seen_edited_and_retracted_at_once(window, server):
    reader = await open_demo(window, server)
    context = await window.new_context()
    editor = await context.new_page()
    await sign_in(editor, server.url, "editor", "correct-horse")
    await editor.goto(f"{server.url}/admin/liveblog/entry/add/")
    if await editor.locator(".select2-selection").count():
        await editor.locator(".select2-selection").click()
        await editor.locator(".select2-results__option", has_text="Harbour regatta").click()
    await editor.locator("[name=body]").fill("The *first* boat is home.")
    await editor.get_by_role("button", name="Publish").click()
    await editor.get_by_role("link", name="The first boat is home.").last.click()
    entry = reader.locator("article", has_text="The first boat is home.")
    await expect(entry).to_be_visible(timeout=2000)
    await expect(entry.locator("em")).to_have_text("first")
    await expect(entry).to_contain_text("Edith Orwell")
    await expect(newest(reader)).to_contain_text("The first boat is home.")

    await editor.locator("[name=body]").fill("The second boat is home, too.")
    await editor.locator("[name=_continue]").first.click()
    entry = reader.locator("article", has_text="The second boat is home, too.")
    await expect(entry).to_be_visible(timeout=2000)
    await expect(entry).to_contain_text("Updated")

    await editor.locator("[name=state]").select_option("retracted")
    await editor.locator("[name=_save]").first.click()
    await expect(entry).to_have_count(0, timeout=2000)


async def test_a_double_click_on_publish_adds_an_entry_once(window, server, site):
    reader = await open_demo(window, server)
    context = await window.new_context()
    editor = await context.new_page()
    await sign_in(editor, server.url, "editor", "correct-horse")
    await editor.goto(f"{server.url}/admin/liveblog/entry/add/")
    await editor.locator("[name=body]").fill("The first boat is home, once.")
    sent: list[Request] = []
    editor.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    with busy(site):
        await editor.get_by_role("button", name="Publish").dblclick(delay=65)
        await until(lambda: len(sent) == 2, what="the second click")
    await expect(editor.locator(".messagelist .success").first).to_contain_text("The first boat is home, once.")
    await expect(editor.locator("#result_list tr", has_text="The first boat is home, once.")).to_have_count(1)
    await expect(reader.locator("article", has_text="The first boat is home, once.")).to_have_count(1)


async def test_a_reader_sees_everything_after_the_server_was_killed_and_restarted(window, server, site):
    reader = await open_demo(window, server)
    server.kill()
    await is_live(reader, "reconnecting")
    site.manage("post", "demo", "While nobody was serving.")
    site.start(port=server.port)
    await expect(reader.locator("article", has_text="While nobody was serving.")).to_be_visible(timeout=20_000)
    await is_live(reader)
    site.manage("post", "demo", "And afterwards.")
    await expect(reader.locator("article", has_text="And afterwards.")).to_be_visible(timeout=5000)
    assert await reader.locator("article", has_text="While nobody was serving.").count() == 1


async def test_the_page_is_complete_without_javascript(window, server, write):
    for number in range(35):
        write("post", liveblog="demo", body=f"Entry {number}")
    context = await window.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{server.url}/liveblog/demo/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Harbour regatta")
    await expect(page.locator("article")).to_have_count(31)  # the demo has a pinned one
    await expect(page.locator("[data-status]")).to_be_hidden()
    await expect(page.locator("time").first).to_contain_text("UTC")
    await page.get_by_role("link", name=re.compile("^Load")).click()
    await expect(page.locator("article")).to_have_count(9)
    await page.locator("article a").first.click()
    await expect(page).to_have_url(re.compile(r"/liveblog/entries/\d+/$"))
    await expect(page.locator("article").first).to_be_visible()


async def test_older_entries_come_on_demand_and_the_page_stays_live(window, server, write):
    for number in range(35):
        write("post", liveblog="demo", body=f"Entry {number}")
    reader = await open_demo(window, server)
    await reader.get_by_role("link", name=re.compile("^Load")).click()
    await expect(reader.locator("[data-items] article")).to_have_count(40)
    await expect(reader.get_by_role("link", name=re.compile("^Load"))).to_have_count(0)
    assert "/liveblog/demo/?before=" in reader.url  # where one is by now, for who reloads it
    write("post", liveblog="demo", body="The newest")
    await expect(newest(reader)).to_contain_text("The newest", timeout=5000)


async def test_a_reader_whose_websockets_are_blocked_falls_back_to_polling(window, server, write):
    page = await window.new_page()
    await page.add_init_script("window.WebSocket = class extends WebSocket { constructor() { super('/blocked'); } }")
    await page.goto(f"{server.url}/liveblog/demo/")
    await is_live(page, "polling", seconds=30)
    write("post", liveblog="demo", body="By polling.")
    await expect(page.locator("article", has_text="By polling.")).to_be_visible(timeout=8000)


async def test_the_page_reloaded_twice_is_revalidated_and_still_live(window, server, write):
    page = await open_demo(window, server)
    statuses: list[int] = []
    cdp = await page.context.new_cdp_session(page)
    await cdp.send("Network.enable")
    cdp.on("Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"]))
    for _ in range(2):
        await page.reload()
        await is_live(page)
    assert 304 in statuses
    write("post", liveblog="demo", body="After two reloads.")
    await expect(page.locator("article", has_text="After two reloads.")).to_be_visible(timeout=5000)


async def test_the_index_is_live(window, server, write):
    page = await window.new_page()
    await page.goto(f"{server.url}/liveblog/")
    await is_live(page)
    await expect(page.locator("article")).to_contain_text("Harbour regatta")
    write("change", liveblog="demo", title="Harbour regatta, day two")
    await expect(page.locator("article")).to_contain_text("day two", timeout=5000)
    write("create", liveblog="another")
    await expect(page.locator("article")).to_have_count(2, timeout=5000)
    write("change", liveblog="demo", state="ended")
    await expect(page.locator("article", has_text="Ended")).to_be_visible(timeout=5000)


async def test_a_reader_learns_that_the_live_blog_ended(window, server, write):
    reader = await open_demo(window, server)
    write("change", liveblog="demo", state="ended")
    await is_live(reader, "ended")
    await expect(reader.locator("header .badge")).to_have_text("Ended")


async def test_times_are_shown_in_the_zone_of_the_reader(window, server):
    context = await window.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{server.url}/liveblog/demo/")
    await is_live(page)
    assert "UTC" not in await page.locator("article time").first.inner_text()


async def test_hostile_text_is_shown_harmlessly(window, server, write):
    reader = await open_demo(window, server)
    dialogs: list[object] = []
    reader.on("dialog", lambda dialog: dialogs.append(dialog))
    body = "<script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3)) ok?"
    write("post", liveblog="demo", body=body)
    entry = reader.locator("article", has_text="ok?")
    await expect(entry).to_be_visible(timeout=5000)
    assert await entry.locator("script, img, a[href^=javascript]").count() == 0
    assert not dialogs


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(window, server, scheme):
    context = await window.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{server.url}/liveblog/demo/")
    permalink = await page.locator("article a").first.get_attribute("href")
    pages = ["/liveblog/", "/liveblog/demo/", permalink, "/accounts/login/", "/accounts/signup/", "/accounts/reset/"]
    for path in [*pages, "/nothing-here/"]:
        await page.goto(f"{server.url}{path}")
        if await page.locator("live-stream").count():
            await is_live(page)
        found = await Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


async def test_pages_log_nothing_to_the_console(window, server):
    page = await window.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    for path in ["/liveblog/", "/liveblog/demo/", "/accounts/login/", "/admin/login/"]:
        await page.goto(f"{server.url}{path}")
        await expect(page).to_have_title(re.compile("."))
    assert messages == []
