"""The queries of every push, in plain SQL: to build them by the ORM takes five times as long."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from .fields import VersionField
from .items import Item
from .names import name_parts

NAMES = 500  # streams in one query for heads
MAX_VERSION = 2**53  # what JSON's numbers can hold


class State(NamedTuple):
    """A stream's own row: see `realtime.models.Stream`."""

    head: int
    horizon: int
    touched: int


class Grave(NamedTuple):
    """A tombstone."""

    stream: str
    version: int
    item: str


class Window(NamedTuple):
    """What is asked of a stream: after < version <= upto."""

    after: int
    upto: int


def heads(names: Iterable[str]) -> dict[str, int]:
    """The heads of the streams that exist."""
    names = list(names)
    found: dict[str, int] = {}
    for start in range(0, len(names), NAMES):
        chunk = names[start : start + NAMES]
        found |= dict(_fetch(f"SELECT name, head FROM realtime_stream WHERE name IN ({_marks(chunk)})", chunk))
    return found


def states_and_graves(cursors: Mapping[str, int | None], limit: int) -> tuple[dict[str, State], list[Grave]]:
    """The streams that exist, and the tombstones after each cursor, `limit` at most: by one statement."""
    behind = {name: cursor for name, cursor in cursors.items() if cursor is not None and 0 <= cursor <= MAX_VERSION}
    after = " OR ".join(["(stream_id = %s AND version > %s)"] * len(behind)) or "FALSE"
    gone = f"SELECT stream_id, version, 0, 0, item FROM realtime_tombstone WHERE {after} ORDER BY version LIMIT {limit}"
    streams = f"SELECT name, head, horizon, touched, NULL FROM realtime_stream WHERE name IN ({_marks(cursors)})"
    values = [*cursors, *(value for window in behind.items() for value in window)]
    rows = _fetch(f"{streams} UNION ALL SELECT * FROM ({gone}) AS gone", values)
    states = {name: State(head, horizon, touched) for name, head, horizon, touched, item in rows if item is None}
    return states, [Grave(name, version, item) for name, version, _, _, item in rows if item is not None]


def rows_in(model: type[Item], field: VersionField, windows: Mapping[str, Window], limit: int) -> list[Item]:
    """The rows of a model in these windows, `limit` at most, as its base manager would load them."""
    source = field.source_field
    values: list[Any] = []
    for name, window in windows.items():
        key = [source.get_db_prep_value(name_parts(name).key, connection)] if source else []
        values += [*key, *window]
    if not (rows := _fetch(_statement(model, field, len(windows), limit), values)):
        return []
    fields = model._meta.concrete_fields
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    rows = compiler.apply_converters(rows, compiler.get_converters([field.cached_col for field in fields]))
    return [model.from_db(connection.alias, [field.attname for field in fields], row) for row in rows]


@cache
def _statement(model: type[Item], field: VersionField, streams: int, limit: int) -> str:
    quote = connection.ops.quote_name
    version = quote(str(field.column))
    window = f"{version} > %s AND {version} <= %s"
    if source := field.source_field:
        window = f"({quote(str(source.column))} = %s AND {window})"
    columns = ", ".join(quote(str(each.column)) for each in model._meta.concrete_fields)
    where = " OR ".join([window] * streams)
    return f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {where} ORDER BY {version} LIMIT {limit}"


def _fetch(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _marks(values: Collection[Any]) -> str:
    return ", ".join(["%s"] * len(values))
