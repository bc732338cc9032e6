"""A site, a browser, and editors at the desk of a live blog of each test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from ..servers import Server
from ..shared_site import *  # noqa: F403
from ..writer import Writer
from .newsroom import Newsroom


@pytest_asyncio.fixture(loop_scope="module")
async def newsroom(window: Browser, server: Server, write: Writer) -> AsyncIterator[Newsroom]:
    newsroom = Newsroom(window, server, write)
    yield newsroom
    await newsroom.close()
