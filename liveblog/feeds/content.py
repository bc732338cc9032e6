"""What a live blog's feeds hold: its latest entries, and what readers of a feed have to forget."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse

from realtime.models import Revision, Tombstone

from ..models import Entry, LiveBlog
from ..sharing import absolute, one_line, picture_of, title_of, updated

LATEST = 50  # entries of a feed
WITHDRAWN = 200  # of each kind, retracted and deleted


class Withdrawn(NamedTuple):
    url: str  # which is its id in feeds
    at: datetime


class Feed:
    """Rows and their texts, for the template of a format."""

    def __init__(self, liveblog: LiveBlog) -> None:
        self.liveblog = liveblog
        self.title, self.summary = one_line(liveblog.title), one_line(liveblog.summary)
        self.url = absolute(liveblog.get_absolute_url())
        # A slug may be corrected; a feed stays the same one.
        self.id = absolute(reverse("liveblog:index")) + f"#{liveblog.item_id}"
        self.entries = [FeedEntry(entry) for entry in latest(liveblog)]

    def withdrawn(self) -> list[Withdrawn]:
        return withdrawn(self.liveblog)


class FeedEntry:
    def __init__(self, entry: Entry) -> None:
        self.row = entry
        self.url = absolute(entry.get_absolute_url())
        self.headline, self.byline = one_line(entry.headline), one_line(entry.byline)
        self.title = title_of(entry)  # for formats in which nothing may be without one
        self.updated, self.picture = updated(entry), picture_of(entry)

    @property
    def html(self) -> str:
        content = {"entry": self.row, "picture": self.picture}
        return render_to_string("liveblog/feeds/content.html", content).strip()


def latest(liveblog: LiveBlog) -> list[Entry]:
    return list(liveblog.entries.published().order_by("-published_at", "-pk")[:LATEST])


def withdrawn(liveblog: LiveBlog) -> list[Withdrawn]:
    """Entries that were published and are not any more, the latest first. What never was is not among them."""
    hidden = liveblog.entries.exclude(state=Entry.State.PUBLISHED).exclude(version=None).order_by("-version")
    rows = {entry.item_id: entry for entry in hidden[:WITHDRAWN]}
    said = Revision.objects.filter(item__in=rows).order_by().values_list("item").annotate(at=Max("at"))
    # Not before the last that a feed said of it: else its readers would take that for the newer.
    ends = {item: max(at, updated(rows[item])) for item, at in said}
    found = [Withdrawn(address(entry.pk), ends.get(item, updated(entry))) for item, entry in rows.items()]
    graves = Tombstone.objects.filter(stream=liveblog.stream, item__startswith="entry-").order_by("-version")
    for item, at in graves[:WITHDRAWN].values_list("item", "buried_at"):
        found.append(Withdrawn(address(item.removeprefix("entry-")), at))
    return sorted(found, key=lambda each: each.at, reverse=True)


def address(pk: object) -> str:
    return absolute(reverse("liveblog:entry", args=[pk]))
