"""A window of a browser, and a room in which people meet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from ..rooms import Room
from ..servers import Server
from ..shared_site import *  # noqa: F403
from ..writer import Writer


@pytest_asyncio.fixture(loop_scope="module")
async def room(window: Browser, server: Server, write: Writer) -> AsyncIterator[Room]:
    room = Room(window, server, write)
    yield room
    await room.leave()
