"""Streams, read: the one question "what changed after N?", for the push, the catch-up, the page and the fallback."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import connection, transaction

from . import wire
from .wire import Encoded

MAX_CHANGES = 500  # one answer's items; a cursor further behind takes the page again
NAMES = 100  # streams in one query

log = logging.getLogger(__name__)


class Changes(NamedTuple):
    """Everything after `after` up to `version`, in version order, one entry per item."""

    after: int
    version: int
    items: list[Encoded]

    def encode(self) -> bytes:
        return wire.changes(self.after, self.version, [item.json for item in self.items])


class Reset(NamedTuple):
    """The cursor can't resume; the page can, once it has reached `version`. `items` is the stream's own, if any."""

    version: int
    items: list[Encoded]

    def encode(self) -> bytes:
        return wire.reset(self.version)


def heads(names: Iterable[str]) -> dict[str, int]:
    """The heads of the streams that exist."""
    names = list(names)
    chunks = [names[start : start + MAX_CHANGES] for start in range(0, len(names), MAX_CHANGES)]
    return {name: head for chunk in chunks for name, head in _column("head", chunk).items()}


def read(cursors: Mapping[str, int | None], upto: int | None = None) -> dict[str, Changes | Reset]:
    """What changed after each cursor, for streams of one kind; a stream that is gone is left out.

    A cursor of None starts at the head, with no more than the stream's own item. `upto` ends answers below the head.
    Heads are read first, so rows newer than these are left to the next answer; the horizon last, since pruning
    raises it before it deletes.
    """
    answers: dict[str, Changes | Reset] = {}
    behind: dict[str, tuple[int, int]] = {}
    for name, head in heads(cursors).items():
        after = head if (cursor := cursors[name]) is None else cursor
        end = head if upto is None else min(head, upto)
        if cursor is None:
            answers[name] = Changes(head, head, _own_item(name))
        elif not 0 <= after <= head:
            answers[name] = Reset(head, _own_item(name))
        elif after >= end:
            answers[name] = Changes(after, after, [])
        else:
            behind[name] = (after, end)
    names = list(behind)
    for start in range(0, len(names), NAMES):
        chunk = names[start : start + NAMES]
        rows = _rows({name: behind[name] for name in chunk})
        horizons = _column("horizon", chunk)
        for name in chunk:
            after, end = behind[name]
            if name not in horizons:
                continue
            if after < horizons[name] or (items := rows[name]) is None:
                answers[name] = Reset(end, _own_item(name))
            else:
                answers[name] = Changes(after, end, items)
    return answers


# Plain SQL from here on: every push waits for these queries, and to build them by the ORM takes five times as long.


def _column(column: str, names: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(names))
        cursor.execute(f"SELECT name, {column} FROM realtime_stream WHERE name IN ({marks})", names)
        return dict(cursor.fetchall())


def _rows(windows: Mapping[str, tuple[int, int]]) -> dict[str, list[Encoded] | None]:
    """The encoded items of each stream with after < version <= end; None when they are too many."""
    from .models import Tombstone, members

    kind = next(iter(windows)).partition(".")[0]
    found: dict[str, list[tuple[int, Any]]] = {name: [] for name in windows}
    limit = (MAX_CHANGES + 1) * len(windows)
    full = False
    keys = {name.partition(".")[2]: window for name, window in windows.items()}
    for model, field in members(kind):
        where, values = _within(keys, field.column, field.source_field)
        sql = f"SELECT * FROM {quote(model._meta.db_table)} WHERE {where} ORDER BY {quote(field.column)} LIMIT {limit}"
        rows = list(model._base_manager.raw(sql, values))
        full |= len(rows) == limit
        for row in rows:
            name = field.stream_of(field.source and getattr(row, field.source))
            found[name].append((getattr(row, field.attname), partial(encode, row, field)))
    with connection.cursor() as cursor:
        where, values = _within(windows, "version", Tombstone._meta.get_field("stream"))
        columns = "SELECT stream_id, item, version FROM realtime_tombstone"
        cursor.execute(f"{columns} WHERE {where} ORDER BY version LIMIT {limit}", values)
        gone = cursor.fetchall()
    full |= len(gone) == limit
    for name, item, version in gone:
        found[name].append((version, partial(wire.removed, item, version)))
    if full and len(windows) > 1:
        return _rows_apart(windows)
    return {name: _latest(rows) for name, rows in found.items()}


def _within(windows: Mapping[str, tuple[int, int]], version: Any, source: Any) -> tuple[str, list[Any]]:
    """The condition for rows in these windows, by their key in the field `source`; None where all share one stream."""
    one = f"{quote(version)} > %s AND {quote(version)} <= %s"
    if source is None:
        return " OR ".join([one] * len(windows)), [edge for window in windows.values() for edge in window]
    values: list[Any] = []
    for key, window in windows.items():
        values += [source.get_db_prep_value(key, connection), *window]
    return " OR ".join([f"({quote(source.column)} = %s AND {one})"] * len(windows)), values


def quote(name: Any) -> str:
    return connection.ops.quote_name(name)


def _rows_apart(windows: Mapping[str, tuple[int, int]]) -> dict[str, list[Encoded] | None]:
    """One by one: a flood in one stream must not cut off another's changes."""
    return {name: _rows({name: window})[name] for name, window in windows.items()}


def _latest(rows: list[tuple[int, Any]]) -> list[Encoded] | None:
    """Encoded in version order, the latest of each id (a deleted item may have come back)."""
    if len(rows) > MAX_CHANGES:
        return None
    rows.sort(key=lambda row: row[0])
    items = {item.id: item for item in (make() for _, make in rows)}
    return sorted(items.values(), key=lambda item: item.version)


def _own_item(name: str) -> list[Encoded]:
    """The item whose own stream this is, such as the live blog; shared streams have none."""
    from .models import members

    own = [(model, field) for model, field in members(name.partition(".")[0]) if field.source == "pk"]
    rows = [(field, model._base_manager.filter(**field.rows_of(name)).first()) for model, field in own]
    return [encode(row, field) for field, row in rows if row]


def encode(row: Any, field: Any) -> Encoded:
    """A row as its stream's readers get it: the item, or that it is removed."""
    version = getattr(row, field.attname)
    if not row.is_shown:
        return wire.removed(row.item_id, version)
    try:
        item = wire.item(row.item_id, version, **row.as_item(field.kind))
    except Exception:
        item = wire.item(row.item_id, version, **placeholder(row, version))
    return item._replace(ends=row.ends_stream) if field.source == "pk" else item


def html(row: Any, kind: str) -> str:
    """A row's HTML for a page: byte for byte what the stream's readers are sent."""
    from .models import members

    try:
        return row.as_item(kind)["html"]
    except Exception:
        version = next(field.attname for model, field in members(kind) if model is type(row))
        return placeholder(row, getattr(row, version))["html"]


def placeholder(row: Any, version: int) -> dict[str, Any]:
    """What stands for a row that cannot be rendered: it must not stop its stream."""
    log.exception("%s cannot be rendered; its readers see a placeholder", row.item_id)
    return {"position": None, "html": wire.placeholder(row.item_id, version), "data": {}}


def prune(name: str, before: datetime) -> int:
    """Forget deletions older than `before`; returns how many. Readers further behind take the page again."""
    from .models import Stream, Tombstone

    with transaction.atomic():
        Stream.objects.select_for_update().filter(name=name).first()  # none: it is gone, and its tombstones with it
        old = Tombstone.objects.filter(stream=name, buried_at__lt=before)
        if (latest := old.order_by("-version").values_list("version", flat=True).first()) is None:
            return 0
        Stream.objects.filter(name=name, horizon__lt=latest).update(horizon=latest)
        return old.delete()[0]
