"""Chromium for the tests, through Playwright's async API: its sync API would break the ORM and later async tests."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator

from playwright.async_api import Browser, Page, async_playwright, expect

__all__ = ["browser", "expect", "is_live", "sign_in"]

# Without these, Chromium asks hosts of its vendor at every start.
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


@contextlib.asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """A browser: the system's, or the one that Playwright brought where the system has none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-quic", *QUIET]
        )
        yield started
        await started.close()


async def is_live(page: Page, state: str = "live", seconds: float = 15) -> None:
    """Wait until the page's status line says so."""
    await expect(page.locator(f"[data-status][data-state={state}]")).to_be_attached(timeout=seconds * 1000)


async def sign_in(page: Page, url: str, username: str, password: str) -> None:
    await page.goto(f"{url}/admin/login/?next=/admin/")
    await page.get_by_label("Username").fill(username)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
