"""Live blogs and entries in the vocabulary of schema.org, as blocks of data that scripts on the page leave alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ..models import Entry, LiveBlog
from ..sharing import absolute, one_line, picture_of, text_of, title_of, updated

CONTEXT = {"@context": "https://schema.org"}
#: So that no text ends the block, or opens another element in it.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&"}


def block(data: dict[str, Any]) -> SafeString:
    """The content of a `<script type="application/ld+json">`."""
    text = json.dumps(CONTEXT | data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))


def live_blog_posting(liveblog: LiveBlog, entries: Iterable[Entry]) -> dict[str, Any]:
    """A live blog with the updates that its page shows. While it goes on, nobody knows when it ends."""
    entries = list(entries)
    posting = {
        **reference(liveblog),
        "coverageStartTime": liveblog.starts_at.isoformat(),
        "datePublished": liveblog.starts_at.isoformat(),
        "dateModified": max([liveblog.starts_at, *map(updated, entries)]).isoformat(),
        "author": organization(),
        "publisher": organization(),
        "liveBlogUpdate": [blog_posting(entry) for entry in entries],
    }
    if liveblog.summary:
        posting["description"] = one_line(liveblog.summary)
    if liveblog.ended_at:
        posting["coverageEndTime"] = liveblog.ended_at.isoformat()
    if pictures := [image for update in posting["liveBlogUpdate"] for image in [update.get("image")] if image]:
        posting["image"] = pictures[0]
    return posting


def blog_posting(entry: Entry) -> dict[str, Any]:
    posting = {
        "@type": "BlogPosting",
        "url": absolute(entry.get_absolute_url()),
        "headline": title_of(entry),
        "articleBody": text_of(entry),
        "datePublished": entry.published_at.isoformat(),
        "dateModified": updated(entry).isoformat(),
        "author": {"@type": "Person", "name": entry.byline} if entry.byline else organization(),
    }
    if entry.correction:
        posting["correction"] = entry.correction
    if picture := picture_of(entry):
        size = {"width": picture["width"], "height": picture["height"]}
        posting["image"] = {"@type": "ImageObject", "url": picture["url"], "caption": picture["alt"], **size}
    return posting


def reference(liveblog: LiveBlog) -> dict[str, Any]:
    url = absolute(liveblog.get_absolute_url())
    return {"@type": "LiveBlogPosting", "url": url, "headline": one_line(liveblog.title)}


def organization() -> dict[str, Any]:
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": absolute(reverse("front"))}
