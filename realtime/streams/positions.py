"""Positions: the sort key of an item among others, as text that every client can compare, and as a keyset in SQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PATTERN = re.compile(r"[01]\.([0-9]{16}|-[0-9]{17}|~[0-9]{18})\.([0-9]{19})")
END = 10**16  # microseconds since 1970 that have 16 digits: until 2286
BEFORE = 10**17  # more than from any date to 1970


def position(moment: datetime, pk: int, first: bool = False) -> str:
    """Text that sorts like (first, moment, pk): `0.<microseconds since 1970>.<pk>`, zero-padded.

    What is before those years begins with `-`, and counts up to 1970; what is after them with `~`. By code units, as
    clients compare, the one is below all digits and the other above.
    """
    time = (moment - EPOCH) // timedelta(microseconds=1)
    digits = f"{time:016d}" if 0 <= time < END else f"-{BEFORE + time:017d}" if time < 0 else f"~{time:018d}"
    return f"{int(first)}.{digits}.{pk:019d}"


def parse(text: str) -> tuple[datetime, int] | None:
    """The moment and primary key of a position; None when it is malformed."""
    if not (match := PATTERN.fullmatch(text)):
        return None
    time = int(match[1].strip("-~")) - BEFORE * match[1].startswith("-")
    try:
        return EPOCH + timedelta(microseconds=time), min(int(match[2]), 2**63 - 1)
    except OverflowError:
        return None


def before(rows: QuerySet[Any], field: str, text: str) -> QuerySet[Any]:
    """The rows before a position, by one range of the index on (field, pk); all for "", 404 for nonsense."""
    if not text:
        return rows
    if (place := parse(text)) is None:
        raise Http404("There is no such position.")
    moment, pk = place
    return rows.filter(Q(**{f"{field}__lte": moment}), Q(**{f"{field}__lt": moment}) | Q(pk__lt=pk))


def after(rows: QuerySet[Any], field: str, text: str) -> QuerySet[Any]:
    """The rows after a position, as `before` has those before one."""
    if not text:
        return rows
    if (place := parse(text)) is None:
        raise Http404("There is no such position.")
    moment, pk = place
    return rows.filter(Q(**{f"{field}__gte": moment}), Q(**{f"{field}__gt": moment}) | Q(pk__gt=pk))
