"""What is scheduled appears by itself, once, however many processes look after it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from ..browser import expect
from ..servers import Redis, Server, Site
from ..writer import Writer
from .newsroom import CLOCK, Newsroom, composer, edit, editor, entry, said, shows, state, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


def moment(seconds: float) -> str:
    """By the newsroom's clock, which is UTC here."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


async def schedule(page: Page, what: str, at: str) -> None:
    await text(page).fill(what)
    await composer(page).get_by_role("button", name="Schedule…").click()
    await composer(page).locator("[name=publish_at]").fill(at)
    await composer(page).locator("[name=publish_at]").press("Enter")


async def test_a_schedule_in_the_past_is_published_at_once(newsroom):
    desk, reader = await newsroom.sit(), await newsroom.read()
    await schedule(desk, "Late.", moment(-3600))
    await shows(reader, "Late.")
    await state(desk, "Late.", "published")


async def test_a_schedule_without_a_time_is_refused(newsroom):
    desk = await newsroom.sit()
    await schedule(desk, "When?", "")
    await expect(composer(desk).get_by_role("alert")).to_have_text("Say when it is to be published.")
    await expect(text(desk)).to_have_value("When?")
    assert newsroom.entries() == []


async def test_a_schedule_is_said_edited_and_taken_back(newsroom):
    desk = await newsroom.sit()
    at = moment(7200)
    await schedule(desk, "Later.", at)
    await expect(said(desk)).to_contain_text("Scheduled for")
    await state(desk, "Later.", "scheduled")
    await edit(desk, "Later.", body="Even later.")
    await expect(editor(desk).locator("[name=publish_at]")).to_have_value(at.removesuffix(":00"))
    await editor(desk).locator("[name=body]").press("Control+Enter")
    await state(desk, "Even later.", "scheduled")
    await edit(desk, "Even later.", body="Now.")
    await editor(desk).get_by_role("button", name="Publish", exact=True).click()
    await expect(said(desk)).to_contain_text("Published")
    await state(desk, "Now.", "published")
    await expect(composer(desk).locator("[data-when]")).to_be_hidden()


@pytest.fixture
def shared(tmp_path: Path, migrated: Any, collected: None, redis: Redis) -> Iterator[Site]:
    """A site of several processes."""
    site = Site(shutil.copytree(migrated, tmp_path / "site"), REDIS_URL=redis.url)
    yield site
    site.end()


@pytest.fixture
def processes(shared: Site) -> list[Server]:
    return [shared.start(), shared.start()]


@pytest_asyncio.fixture(loop_scope="module")
async def offices(window: Browser, shared: Site, processes: list[Server]) -> AsyncIterator[Newsroom]:
    writer = Writer(shared.env)
    newsroom = Newsroom(window, processes[0], writer)
    yield newsroom
    await newsroom.close()
    writer.end()


async def test_what_is_scheduled_appears_by_itself_and_once_in_two_processes(offices, processes):
    desk = await offices.sit()
    readers = [await offices.read(server=server) for server in processes]
    for reader in readers:
        await reader.evaluate(
            """document.querySelector("live-stream").connection.addEventListener("changes",
                ({ detail }) => (window.frames_ ??= []).push(...detail.items.map(({ version }) => version)))"""
        )
    await schedule(desk, "On the hour.", moment(2))
    await state(desk, "On the hour.", "scheduled")
    for reader in readers:
        await shows(reader, "On the hour.")
    await state(desk, "On the hour.", "published")
    await expect(said(desk)).not_to_have_text(CLOCK)
    [found] = offices.entries()
    start = await readers[0].evaluate("document.querySelector('live-stream').getAttribute('version')")
    assert int(start) == found["version"]
    for reader in readers:
        assert await reader.evaluate("window.frames_") == [found["version"]]
    await expect(entry(desk, "On the hour.")).to_have_count(1)
