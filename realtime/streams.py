"""Streams, read: the one question "what changed after N?", for the push, the catch-up, the page and the fallback."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from django.db import connection, transaction

from . import wire
from .rendering import encode
from .wire import Encoded

MAX_CHANGES = 500  # one answer's items; a cursor further behind takes the page again
NAMES = 100  # streams in one query
MAX_VERSION = 2**53  # what JSON's numbers can hold

Change = tuple[int, str, Callable[[], Encoded]]  # a version, an item's id, and what encodes it


class Changes(NamedTuple):
    """Everything after `after` up to `version`, in version order, one entry per item: as much as one frame holds.

    `more` follows from `version` on, where it is not all that was asked for.
    """

    after: int
    version: int
    items: list[Encoded]
    more: bool = False

    def encode(self) -> bytes:
        return wire.changes(self.after, self.version, [item.json for item in self.items], self.more)


class Reset(NamedTuple):
    """The cursor can't resume; the page can, once it has reached `version`. `items` is the stream's own, if any."""

    version: int
    items: list[Encoded]

    def encode(self) -> bytes:
        return wire.reset(self.version)


def read(cursors: Mapping[str, int | None], upto: int | None = None, pause: float = 0.0) -> dict[str, Changes | Reset]:
    """What changed after each cursor, for streams of one kind; a stream that is gone is left out.

    A cursor of None starts at the head, with no more than the stream's own item. `upto` ends answers below the head.
    Between items it pauses for so many seconds: the interpreter is for who is in a hurry.
    Heads, horizons and tombstones are read first, and of one moment: rows that are newer are left to the next answer,
    and of tombstones that are pruned meanwhile none is missed.
    """
    names = list(cursors)
    answers: dict[str, Changes | Reset] = {}
    for start in range(0, len(names), NAMES):
        answers |= _read({name: cursors[name] for name in names[start : start + NAMES]}, upto, pause)
    return answers


def _read(cursors: Mapping[str, int | None], upto: int | None, pause: float) -> dict[str, Changes | Reset]:
    answers: dict[str, Changes | Reset] = {}
    windows: dict[str, tuple[int, int]] = {}
    limit = (MAX_CHANGES + 1) * len(cursors)
    streams, gone = _streams(cursors, limit)
    for name, (head, horizon) in streams.items():
        cursor = cursors[name]
        end = head if upto is None else min(head, upto)
        if cursor is None:
            answers[name] = Changes(head, head, _own_item(name))
        elif not 0 <= cursor <= head:
            answers[name] = Reset(head, _own_item(name))
        elif cursor >= end:
            answers[name] = Changes(cursor, cursor, [])
        elif cursor < horizon:
            answers[name] = Reset(end, _own_item(name))
        else:
            windows[name] = (cursor, end)
    items = _items(windows, gone, limit) if windows else {}
    if items is None:
        return {name: answer for name in cursors for answer in _read({name: cursors[name]}, upto, pause).values()}
    for name, (after, end) in windows.items():
        fitting = one_frame(after, end, _unhurried(items[name] or (), pause))
        answers[name] = Reset(end, _own_item(name)) if items[name] is None or fitting is None else fitting
    return answers


def one_frame(after: int, end: int, items: Iterable[Encoded]) -> Changes | None:
    """Of these items, in version order, the whole versions that one frame holds; None if it holds not even the first.

    Those that it does not hold are not asked for.
    """
    fitting: list[Encoded] = []
    size = 0
    for item in items:
        size += len(item.json) + 1
        if size > wire.MAX_ITEMS_SENT and fitting:
            whole = [each for each in fitting if each.version < item.version]
            return Changes(after, whole[-1].version, whole, more=True) if whole else None
        fitting.append(item)
    return Changes(after, end, fitting)


def _unhurried(items: Iterable[Encoded], pause: float) -> Iterable[Encoded]:
    for item in items:
        yield item
        if pause:
            time.sleep(pause)


def _items(
    windows: Mapping[str, tuple[int, int]], gone: list[tuple[str, int, str]], limit: int
) -> dict[str, Iterable[Encoded] | None] | None:
    """The items of each stream with after < version <= end, encoded as they are taken; None for one that has too many.

    None for all where a flood in one may have cut off another's.
    """
    from .models import members

    found: dict[str, list[Change]] = {name: [] for name in windows}
    full = len(gone) == limit
    for name, version, item in gone:
        if name in windows and version <= windows[name][1]:
            found[name].append((version, item, partial(wire.removed, item, version)))
    for model, field in members(next(iter(windows)).partition(".")[0]):
        rows = _members(model, field, windows, limit)
        full |= len(rows) == limit
        for row in rows:
            name = field.stream_of(field.source and getattr(row, field.source))
            found[name].append((getattr(row, field.attname), row.item_id, partial(encode, row, field)))
    if full and limit > MAX_CHANGES + 1:
        return None
    return {name: _latest(rows) for name, rows in found.items()}


# Plain SQL from here on: every push waits for these queries, and to build them by the ORM takes five times as long.


def heads(names: Iterable[str]) -> dict[str, int]:
    """The heads of the streams that exist."""
    names = list(names)
    found: dict[str, int] = {}
    for start in range(0, len(names), MAX_CHANGES):
        chunk = names[start : start + MAX_CHANGES]
        found |= dict(_fetch(f"SELECT name, head FROM realtime_stream WHERE name IN ({_marks(chunk)})", chunk))
    return found


def _streams(
    cursors: Mapping[str, int | None], limit: int
) -> tuple[dict[str, tuple[int, int]], list[tuple[str, int, str]]]:
    """Head and horizon of each stream that exists, and the tombstones after each cursor: by one statement."""
    behind = {name: cursor for name, cursor in cursors.items() if cursor is not None and 0 <= cursor <= MAX_VERSION}
    after = " OR ".join(["(stream_id = %s AND version > %s)"] * len(behind)) or "FALSE"
    gone = f"SELECT stream_id, version, 0, item FROM realtime_tombstone WHERE {after} ORDER BY version LIMIT {limit}"
    streams = f"SELECT name, head, horizon, NULL FROM realtime_stream WHERE name IN ({_marks(cursors)})"
    values = [*cursors, *(value for window in behind.items() for value in window)]
    rows = _fetch(f"{streams} UNION ALL SELECT * FROM ({gone}) AS gone", values)
    heads = {name: (head, horizon) for name, head, horizon, item in rows if item is None}
    return heads, [(name, version, item) for name, version, _, item in rows if item is not None]


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


def _fetch(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _latest(changes: list[Change]) -> Iterable[Encoded] | None:
    """In version order, the latest of each id (a deleted item may have come back)."""
    if len(changes) > MAX_CHANGES:
        return None
    latest: dict[str, Callable[[], Encoded]] = {}
    for _, id, make in sorted(changes, key=lambda change: change[0]):
        latest.pop(id, None)
        latest[id] = make
    return (make() for make in latest.values())


def _own_item(name: str) -> list[Encoded]:
    """The item whose own stream this is, such as the live blog; shared streams have none."""
    from .models import members

    own = [(model, field) for model, field in members(name.partition(".")[0]) if field.source == "pk"]
    rows = [(field, model._base_manager.filter(**field.rows_of(name)).first()) for model, field in own]
    return [encode(row, field) for field, row in rows if row]


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
