"""A live blog in a frame of another site, in a real browser; and what a policy has to say about a page's parts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Frame, Page

from .browser import browser, expect, is_live
from .readers import until


@pytest.fixture
async def window(chromium: None) -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started


@contextmanager
def other_site(html: str) -> Iterator[str]:
    """A site of another origin, with one page: its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


async def framed(page: Page, address: str) -> Frame:
    """What a page of another site has in its frame, once that is loaded."""
    with other_site(
        f'<!doctype html><title>Partner</title><iframe src="{address}" width=400 height=500></iframe>'
    ) as url:
        await page.goto(url)
        frame = next(frame for frame in page.frames if frame is not page.main_frame)
        await until(lambda: frame.url, what="the frame's address")
    return frame


async def test_in_a_frame_of_another_site_it_is_live(window, site, write):
    server = site.start()
    page = await window.new_page()
    frame = await framed(page, f"{server.url}/liveblog/demo/embed/")
    await is_live(frame)  # type: ignore[arg-type]  # it has locators, too
    posted = write("post", liveblog="demo", body="Seen from afar.")
    entry = frame.locator("article", has_text="Seen from afar.")
    await expect(entry).to_be_visible(timeout=5000)
    write("edit", liveblog="demo", entry=posted["id"], state="retracted")
    await expect(entry).to_have_count(0, timeout=5000)
    assert await page.context.cookies() == []


@pytest.mark.parametrize("path", ["/liveblog/demo/", "/liveblog/", "/chat/", "/accounts/login/"])
async def test_no_other_page_can_be_framed(window, site, path):
    server = site.start()
    frame = await framed(await window.new_page(), server.url + path)
    assert frame.url.startswith("chrome-error:")


async def test_a_site_that_the_setting_does_not_name_cannot_frame_it(window, site):
    server = site.start(EMBED_ANCESTORS="https://partner.example")
    frame = await framed(await window.new_page(), f"{server.url}/liveblog/demo/embed/")
    assert frame.url.startswith("chrome-error:")


async def test_links_in_a_frame_open_beside_the_other_site(window, site):
    server = site.start()
    page = await window.new_page()
    frame = await framed(page, f"{server.url}/liveblog/demo/embed/")
    async with page.context.expect_page() as opened:
        await frame.get_by_role("link", name="The whole live blog at Newsroom").click()
    beside = await opened.value
    await expect(beside).to_have_title("Harbour regatta · Newsroom")
    assert await beside.evaluate("window.opener") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_it(window, site, scheme):
    server = site.start()
    page = await (await window.new_context(color_scheme=scheme, viewport={"width": 390, "height": 720})).new_page()
    await page.goto(f"{server.url}/liveblog/demo/embed/")
    await is_live(page)
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


async def test_data_needs_no_nonce_modules_come_once_and_pages_compressed(window, site):
    server = site.start()
    page = await window.new_page()
    said: list[str] = []
    modules: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: modules.append(request.url) if request.url.endswith(".js") else None)
    response = await page.goto(f"{server.url}/liveblog/demo/")
    assert response
    assert (await response.all_headers())["content-encoding"] == "gzip"
    await is_live(page)
    block = await page.locator("script[type='application/ld+json']").text_content()
    assert json.loads(block or "")["@type"] == "LiveBlogPosting"
    assert len(modules) == len(set(modules)) > 5
    assert said == []
