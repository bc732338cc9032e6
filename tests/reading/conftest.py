"""A site, a browser, and live blogs of each test's own with a reader somewhere in them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from ..servers import Server
from ..shared_site import *  # noqa: F403
from ..writer import Writer
from .blog import Blog


@pytest_asyncio.fixture(loop_scope="module")
async def blog(window: Browser, server: Server, write: Writer) -> AsyncIterator[Blog]:
    blog = Blog(window, server, write)
    yield blog
    await blog.close()
