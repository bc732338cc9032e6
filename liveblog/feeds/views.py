"""The latest entries as programs read them; what went is said too, where a format can say it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import escape
from django.views.decorators.http import require_safe

from realtime.hub import query_once
from realtime.models import Tombstone
from realtime.pages import stream_page
from realtime.streams import stream_of_slug

from ..models import Entry, LiveBlog
from ..site import absolute

ENTRIES = 50  # of a feed; and so many that went
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
DELETED = "http://purl.org/atompub/tombstones/1.0"


class Feed(Atom1Feed):
    """Atom, with what went."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:at": DELETED}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("link", None, {"rel": "self", "href": self.feed["feed_url"]})
        for ref, when in self.feed["gone"]:
            handler.addQuickElement("at:deleted-entry", None, {"ref": ref, "when": rfc3339_date(when)})

    def latest_post_date(self) -> datetime:
        return self.feed["updated"]


@require_safe
async def atom(request: HttpRequest, slug: str) -> HttpResponse:
    def build(head: int) -> HttpResponse:
        liveblog = liveblog_at(slug)
        url = absolute(liveblog.get_absolute_url())
        feed = Feed(
            writable(liveblog.title),
            url,
            writable(liveblog.summary),
            feed_url=absolute(request.path),
            feed_guid=url,
            gone=gone_from(liveblog),
            updated=datetime.fromtimestamp(head / 1000, UTC),
        )
        for entry in latest(liveblog):
            address = absolute(entry.get_absolute_url())
            feed.add_item(
                writable(str(entry)),
                address,
                writable(content_of(entry)),
                unique_id=address,
                pubdate=entry.published_at,
                updateddate=entry.updated_at or entry.published_at,
                author_name=writable(entry.byline) or None,
            )
        return HttpResponse(feed.writeString("utf-8"), content_type=Feed.content_type)

    return await stream_page(request, await stream_at(slug), build)


@require_safe
async def json_feed(request: HttpRequest, slug: str) -> HttpResponse:
    def build(head: int) -> HttpResponse:
        liveblog = liveblog_at(slug)
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": liveblog.title,
            "description": liveblog.summary,
            "home_page_url": absolute(liveblog.get_absolute_url()),
            "feed_url": absolute(request.path),
            "expired": liveblog.state == LiveBlog.State.ENDED,
            "items": [item_of(entry) for entry in latest(liveblog)],
        }
        return JsonResponse(feed, content_type="application/feed+json")

    return await stream_page(request, await stream_at(slug), build)


def item_of(entry: Entry) -> dict[str, Any]:
    url = absolute(entry.get_absolute_url())
    item: dict[str, Any] = {
        "id": url,
        "url": url,
        "title": str(entry),
        "content_html": content_of(entry),
        "date_published": entry.published_at.isoformat(),
        "date_modified": (entry.updated_at or entry.published_at).isoformat(),
    }
    if entry.byline:
        item["authors"] = [{"name": entry.byline}]
    if entry.image:
        item["image"] = absolute(entry.image.url)
    return item


def content_of(entry: Entry) -> str:
    correction = f"<p><strong>Correction:</strong> {escape(entry.correction)}</p>" if entry.correction else ""
    return f"{entry.body_html}{correction}"


def latest(liveblog: LiveBlog) -> list[Entry]:
    return list(liveblog.entries.published().order_by("-published_at", "-pk")[:ENTRIES])


def gone_from(liveblog: LiveBlog) -> list[tuple[str, datetime]]:
    """What readers have seen, and do no more: retracted or deleted, each with about when."""
    retracted = liveblog.entries.exclude(version=None).exclude(state=Entry.State.PUBLISHED)
    gone = dict(retracted.order_by("-version").values_list("pk", "version")[:ENTRIES])
    buried = Tombstone.objects.filter(stream=liveblog.stream, item__startswith="entry-").order_by("-version")
    gone |= {int(item.partition("-")[2]): version for item, version in buried.values_list("item", "version")[:ENTRIES]}
    return [
        (absolute(reverse("liveblog:entry", args=[pk])), datetime.fromtimestamp(version / 1000, UTC))
        for pk, version in sorted(gone.items(), key=lambda each: -each[1])[:ENTRIES]
    ]


def writable(text: str) -> str:
    return UNWRITABLE.sub("", text)


def liveblog_at(slug: str) -> LiveBlog:
    if (liveblog := LiveBlog.objects.by_slug(slug)) is None:
        raise Http404
    return liveblog


async def stream_at(slug: str) -> str:
    name = await query_once(stream_of_slug, LiveBlog, slug)
    if name is None:
        raise Http404
    return name
