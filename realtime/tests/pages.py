"""What is asked of pages, and what is found on them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any

from django.test import AsyncClient

from realtime.streams import Item

JSON = {"Accept": "application/json"}
#: A script in the page itself, which its policy forbids. Blocks of data are not carried out.
INLINE = r'<script(?! type="application/ld\+json">)(?![^>]* src="/static/)'


def found(pattern: str, page: Any) -> Any:
    """What the pattern's group is on a page; None without it."""
    match = re.search(pattern, page.text)
    return match and match[1]


def shown(page: Any) -> list[str]:
    """The ids of the items in a page's list, from top to bottom."""
    return re.findall(r'<article id="([^"]+)"', page.text)


def older(page: Any) -> Any:
    """The link to what came before."""
    return found(r'<a data-older[^>]* href="([^"]+)"', page)


def ids(items: Iterable[Item]) -> list[str]:
    return [item.item_id for item in items]


async def crowd(path: str, people: int = 20) -> str:
    """The page that so many get who ask for it at once: the same bytes for all."""
    pages = await asyncio.gather(*(AsyncClient().get(path) for _ in range(people)))
    assert {page.status_code for page in pages} == {200}
    assert len({page["ETag"] for page in pages}) == 1
    (content,) = {page.content for page in pages}
    return content.decode()
