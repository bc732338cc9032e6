"""Streams, read: the one question "what changed after N?", for the push, the catch-up, the page and the fallback."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
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


def read(cursors: Mapping[str, int | None], upto: int | None = None) -> dict[str, Changes | Reset]:
    """What changed after each cursor, for streams of one kind; a stream that is gone is left out.

    A cursor of None starts at the head, with no more than the stream's own item. `upto` ends answers below the head.
    Heads are read first, so rows newer than these are left to the next answer; horizons last, and with the tombstones
    in one statement, so that none of what is missing there was pruned unseen.
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
        for name, items in _rows({name: behind[name] for name in chunk}).items():
            after, end = behind[name]
            answers[name] = Reset(end, _own_item(name)) if items is None else Changes(after, end, items)
    return answers


# Plain SQL from here on: every push waits for these queries, and to build them by the ORM takes five times as long.


def heads(names: Iterable[str]) -> dict[str, int]:
    """The heads of the streams that exist."""
    names = list(names)
    found: dict[str, int] = {}
    for start in range(0, len(names), MAX_CHANGES):
        chunk = names[start : start + MAX_CHANGES]
        found |= dict(_fetch(f"SELECT name, head FROM realtime_stream WHERE name IN ({_marks(chunk)})", chunk))
    return found


def _rows(windows: Mapping[str, tuple[int, int]]) -> dict[str, list[Encoded] | None]:
    """The encoded items of each stream with after < version <= end; None: they are too many, or some were pruned."""
    from .models import members

    found: dict[str, list[tuple[int, Any]]] = {name: [] for name in windows}
    limit = (MAX_CHANGES + 1) * len(windows)
    full = False
    for model, field in members(next(iter(windows)).partition(".")[0]):
        rows = _members(model, field, windows, limit)
        full |= len(rows) == limit
        for row in rows:
            name = field.stream_of(field.source and getattr(row, field.source))
            found[name].append((getattr(row, field.attname), partial(encode, row, field)))
    horizons, gone = _gone(windows, limit)
    full |= len(gone) == limit
    for name, item, version in gone:
        found[name].append((version, partial(wire.removed, item, version)))
    if full and len(windows) > 1:
        return _rows_apart(windows)
    return {name: _latest(found[name]) if windows[name][0] >= horizons[name] else None for name in horizons}


def _members(model: Any, field: Any, windows: Mapping[str, tuple[int, int]], limit: int) -> list[Any]:
    """The rows of a model in these windows, as its base manager would load them."""
    source = field.source_field
    values: list[Any] = []
    for name, window in windows.items():
        key = [source.get_db_prep_value(name.partition(".")[2], connection)] if source else []
        values += [*key, *window]
    if not (rows := _fetch(_statement(model, field, len(windows), limit), values)):
        return []
    fields = model._meta.concrete_fields
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    rows = compiler.apply_converters(rows, compiler.get_converters([field.cached_col for field in fields]))
    return [model.from_db(connection.alias, [field.attname for field in fields], row) for row in rows]


@cache
def _statement(model: Any, field: Any, streams: int, limit: int) -> str:
    quote = connection.ops.quote_name
    version = quote(field.column)
    window = f"{version} > %s AND {version} <= %s"
    if source := field.source_field:
        window = f"({quote(source.column)} = %s AND {window})"
    columns = ", ".join(quote(each.column) for each in model._meta.concrete_fields)
    where = " OR ".join([window] * streams)
    return f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {where} ORDER BY {version} LIMIT {limit}"


def _gone(windows: Mapping[str, tuple[int, int]], limit: int) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """The horizons of the streams that exist, and the tombstones in these windows: of one moment."""
    where = " OR ".join(["(stream_id = %s AND version > %s AND version <= %s)"] * len(windows))
    tombstones = f"SELECT stream_id, item, version FROM realtime_tombstone WHERE {where} ORDER BY version LIMIT {limit}"
    horizons = f"SELECT name, NULL, horizon FROM realtime_stream WHERE name IN ({_marks(windows)})"
    values = [*windows, *(value for name, window in windows.items() for value in (name, *window))]
    rows = _fetch(f"{horizons} UNION ALL SELECT * FROM ({tombstones}) AS gone", values)
    return {name: horizon for name, item, horizon in rows if item is None}, [row for row in rows if row[1] is not None]


def _fetch(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _rows_apart(windows: Mapping[str, tuple[int, int]]) -> dict[str, list[Encoded] | None]:
    """One by one: a flood in one stream must not cut off another's changes."""
    return {name: items for name, window in windows.items() for name, items in _rows({name: window}).items()}


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
