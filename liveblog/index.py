"""The index, page by page: what is live now, what is coming up, what has ended."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import Http404

from realtime.streams import after, before

from .models import LiveBlog
from .models.groups import GROUPS, Group


class Page(NamedTuple):
    groups: list[tuple[Group, list[LiveBlog]]]  # as far as the page reaches: all of them on the last
    older: str | None  # the place after which the next page begins


def page_of(place: str, size: int) -> Page:
    """So many live blogs after a place, "" for the first; raises Http404 for what is none."""
    first = next((n for n, group in enumerate(GROUPS) if place.startswith(f"{group.rank}.")), None if place else 0)
    if first is None:
        raise Http404("There is no such position.")
    groups: list[tuple[Group, list[LiveBlog]]] = []
    left = size
    for group in GROUPS[first:]:
        rows = list(rows_of(group, place if group is GROUPS[first] else "")[: left + 1])
        groups.append((group, rows[:left]))
        if len(rows) > left:
            if not rows[:left]:
                groups.pop()  # its heading would say that the page is about it
            return Page(groups, last_of(groups).index_position)
        left -= len(rows)
    return Page(groups, None)


def last_of(groups: list[tuple[Group, list[LiveBlog]]]) -> LiveBlog:
    return [row for _, rows in groups for row in rows][-1]


def rows_of(group: Group, place: str) -> Any:
    rows = LiveBlog.objects.filter(state=group.state)
    if group.soonest_first:
        return after(rows.order_by("starts_at", "pk"), "starts_at", place and group.plain(place))
    return before(rows, "starts_at", place and group.plain(place))
