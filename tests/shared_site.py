"""For a folder of browser tests, whose conftest imports it: a site, a server, a writer and a browser for each file."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from .browser import browser
from .servers import Server, Site
from .writer import Writer

__all__ = ["server", "site", "window", "write"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, migrated: Any, collected: None) -> Iterator[Site]:
    site = Site(shutil.copytree(migrated, tmp_path_factory.mktemp("shared") / "site"))
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
