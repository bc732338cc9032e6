"""Nothing that is being read moves, whatever comes, goes or changes its height."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from ..browser import expect
from .blog import LONG, line_being_read, top_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"viewport": {"width": 390, "height": 800}}
MOST = 2  # pixels


async def scroll(page: Page, place: str) -> None:
    """To a place of the page, as a reader does."""
    height = await page.evaluate("document.documentElement.scrollHeight")
    pixels = {"at the edge": 10, "at 40 px": 40, "in the middle": height // 2, "at the pinned box": 150}[place]
    await page.mouse.wheel(0, pixels)
    await page.wait_for_function("(pixels) => Math.abs(scrollY - pixels) < 2", arg=pixels)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("place", ["at the edge", "at 40 px", "at the pinned box", "in the middle"])
async def test_the_line_that_is_being_read_stays_where_it_is(blog, place, options):
    for number in range(25):
        blog.post(f"{number}. {LONG}")
    blog.post("Pinned. " + LONG, pinned=True)
    page = await blog.read(**options)
    await scroll(page, place)
    line, before = await line_being_read(page)
    others = [pk for pk in blog.ids[1:] if pk != line]
    at = blog.ids.index(line)
    for number in range(10):
        blog.post(f"New {number}. {LONG}", key_event=number % 3 == 0)
    above, below = blog.ids[10 + max(at - 1, 0)], others[-2]
    blog.edit(above, body=LONG * 3)
    blog.edit(line, body=LONG * 2)
    blog.edit(below, body="Short.")
    blog.delete(others[0])
    blog.delete(others[-1])
    await blog.shown(page)
    assert abs(await top_of(page, line) - before) <= MOST


async def test_at_the_very_top_one_sees_what_comes(blog):
    for _ in range(10):
        blog.post()
    page = await blog.read()
    new = blog.post("It comes.")
    await expect(page.locator(f"#entry-{new}")).to_be_in_viewport()
    assert await page.evaluate("scrollY") == 0
    await expect(page.locator("[data-updates]")).to_be_hidden()


async def test_a_picture_that_comes_late_moves_nothing(blog):
    for _ in range(20):
        blog.post()
    page = await blog.read()
    await scroll(page, "in the middle")
    line, before = await line_being_read(page)
    above = blog.ids[0]
    await page.evaluate(
        """(id) => {
            const late = document.createElement("div");
            document.querySelector(`#${id} .prose`).append(late);
            late.setAttribute("style", "");
            late.style.height = "300px";
        }""",
        f"entry-{above}",
    )
    await page.wait_for_function(
        "(id) => new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(() => resume(true))))",
        arg=f"entry-{above}",
    )
    assert abs(await top_of(page, line) - before) <= MOST
