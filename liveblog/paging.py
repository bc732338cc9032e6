"""What a page of a live blog shows: the newest entries, those before or after a place, or those around one of them."""

from __future__ import annotations

from typing import Any

from realtime.streams import after as those_after
from realtime.streams import before as those_before
from realtime.streams import html

from .models import Entry, LiveBlog

PAGE = 30  # items of a page
KEY_EVENTS = 100  # in the jump list


def page_of(liveblog: LiveBlog, before: str = "", after: str = "", around: Entry | None = None) -> dict[str, Any]:
    """The context of a page, its entries newest first; `before` and `after` are positions. Raises Http404.

    What is pinned stands on the first page. `newer` and `older` are links, "" where there is nothing more.
    """
    published = liveblog.entries.published()
    loose = published.filter(pinned=False)
    first = not (before or after or around)
    if around:
        half, at = PAGE // 2, around.position
        rows = [*newer_than(loose, at, half), around, *those_before(loose, "published_at", at)[:half]]
    else:
        rows = newer_than(loose, after, PAGE) if after else list(those_before(loose, "published_at", before)[:PAGE])
    more = bool(rows) and not first and those_after(loose, "published_at", rows[0].position).exists()
    left = those_before(loose, "published_at", rows[-1].position).count() if len(rows) > PAGE // 2 else 0
    pinned = list(published.filter(pinned=True)) if first else []
    url = liveblog.get_absolute_url()
    return {
        "liveblog": liveblog,
        "header": html(liveblog, "liveblog"),
        "rows": pinned + rows,
        "items": [html(row, "liveblog") for row in pinned + rows],
        "key_events": published.filter(key_event=True).order_by("-published_at", "-pk")[:KEY_EVENTS],
        "first": first,
        "newer": f"{url}?after={rows[0].position}" if more else "",
        "older": f"{url}?before={rows[-1].position}" if left else "",
        "left": left,
        "next": min(left, PAGE),
    }


def newer_than(rows: Any, position: str, count: int) -> list[Entry]:
    """So many of those that follow a place, newest first."""
    following = those_after(rows, "published_at", position).order_by("published_at", "pk")
    return list(reversed(following[:count]))
