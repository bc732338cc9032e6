"""The two formats: Atom (RFC 4287, with the tombstones of RFC 6721) and JSON Feed 1.1."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from ..sharing import UNREADABLE
from .content import Feed, FeedEntry


def atom(feed: Feed, address: str) -> str:
    withdrawn = feed.withdrawn()
    times = [feed.liveblog.starts_at, *(entry.updated for entry in feed.entries), *(gone.at for gone in withdrawn)]
    context = {
        "feed": feed,
        "address": address,
        "withdrawn": withdrawn,
        "updated": max(times),
        "site_name": settings.SITE_NAME,
        "language": get_language(),
    }
    return UNREADABLE.sub("", render_to_string("liveblog/feeds/atom.xml", context))


def json_feed(feed: Feed, address: str) -> dict[str, Any]:
    """What is not in it any more was withdrawn, or is older than all that is."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        **({"description": feed.summary} if feed.summary else {}),
        "home_page_url": feed.url,
        "feed_url": address,
        "language": get_language(),
        "authors": [{"name": settings.SITE_NAME}],
        "items": [json_item(entry) for entry in feed.entries],
    }


def json_item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.url,
        "url": entry.url,
        "content_html": entry.html,
        "date_published": entry.row.published_at.isoformat(),
        "date_modified": entry.updated.isoformat(),
    }
    if entry.headline:
        item["title"] = entry.headline
    if entry.byline:
        item["authors"] = [{"name": entry.byline}]
    if entry.picture:
        item["image"] = entry.picture["url"]
    if entry.row.key_event:
        item["tags"] = ["key event"]
    return item
