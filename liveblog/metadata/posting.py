"""A live blog as schema.org has it: a LiveBlogPosting, with one BlogPosting for each update."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from ..markdown import to_text
from ..models import Entry, LiveBlog
from ..site import absolute

CONTEXT = {"@context": "https://schema.org"}
UPDATES = 30  # that are told
DESCRIPTION = 200  # characters


def described(liveblog: LiveBlog, entry: Entry | None = None) -> dict[str, Any]:
    """Of the page of a live blog, or of one entry in it: title, description, url, and image if there is one."""
    if entry is None:
        text = " ".join(liveblog.summary.split()) or liveblog.title
        return {"title": liveblog.title, "description": clipped(text), "url": absolute(liveblog.get_absolute_url())}
    return {
        "title": clipped(str(entry)),
        "description": clipped(to_text(entry.body) or entry.headline),
        "url": absolute(entry.get_absolute_url()),
        "image": absolute(entry.image.url) if entry.image else "",
        "image_alt": entry.image_alt,
    }


def posting(liveblog: LiveBlog) -> dict[str, Any]:
    url = absolute(liveblog.get_absolute_url())
    updates = liveblog.entries.published().order_by("-published_at", "-pk")[:UPDATES]
    told: dict[str, Any] = {
        "@type": "LiveBlogPosting",
        "@id": url,
        "url": url,
        "headline": liveblog.title,
        "description": liveblog.summary or liveblog.title,
        "coverageStartTime": liveblog.starts_at.isoformat(),
        "datePublished": liveblog.starts_at.isoformat(),
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "liveBlogUpdate": [update(entry) for entry in updates],
    }
    if liveblog.ended_at:
        told["coverageEndTime"] = liveblog.ended_at.isoformat()
    if times := [each["dateModified"] for each in told["liveBlogUpdate"]]:
        told["dateModified"] = max(times)
    return told


def update(entry: Entry) -> dict[str, Any]:
    text = to_text(entry.body)
    told: dict[str, Any] = {
        "@type": "BlogPosting",
        "url": absolute(entry.get_absolute_url()),
        "headline": clipped(str(entry), 110),
        "articleBody": text or entry.headline or entry.image_alt,
        "datePublished": entry.published_at.isoformat(),
        "dateModified": (entry.updated_at or entry.published_at).isoformat(),
    }
    if entry.byline:
        told["author"] = {"@type": "Person", "name": entry.byline}
    if entry.image:
        told["image"] = absolute(entry.image.url)
    return told


def clipped(text: str, length: int = DESCRIPTION) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
