"""What an index page shows of the live blogs that are live. A card is its own row's alone; these are put into it."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from realtime.streams import heads

from ..models import LiveBlog
from ..sharing import title_of

SHOWN = 3
PLACE = "</live-highlights>"  # in the card


def highlighted() -> list[str]:
    """The streams of which an index page shows something."""
    live = LiveBlog.objects.filter(state=LiveBlog.State.LIVE).order_by()
    return [LiveBlog.stream_of(pk) for pk in live.values_list("pk", flat=True)]


def fill(rows: Sequence[LiveBlog], cards: Sequence[str]) -> list[str]:
    """The HTML of these live blogs' cards, with their last updates in those that have a place for them."""
    pairs = list(zip(rows, cards, strict=True))
    at = heads([liveblog.stream for liveblog, card in pairs if PLACE in card])  # before the entries are read
    return [
        mark_safe(card.replace(PLACE, listed(liveblog, at[liveblog.stream]) + PLACE)) if liveblog.stream in at else card
        for liveblog, card in pairs
    ]


def listed(liveblog: LiveBlog, head: int) -> str:
    entries = liveblog.entries.published().order_by("-published_at", "-pk")[:SHOWN]
    context = {"updates": [(entry, title_of(entry)) for entry in entries], "head": head}
    return render_to_string("liveblog/highlights/list.html", context)
