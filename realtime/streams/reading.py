"""Streams, read: the one question "what changed after N?", for the push, the catch-up, the page and the fallback."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from . import wire
from .fields import members
from .names import name_parts
from .queries import Grave, Window, rows_in, states_and_graves
from .rendering import encode
from .wire import Encoded

MAX_CHANGES = 500  # one answer's items; a cursor further behind takes the page again
NAMES = 100  # streams in one query


class Change(NamedTuple):
    """What may have to be told, encoded only when it is."""

    version: int
    item: str  # its id
    encode: Callable[[], Encoded]


class Changes(NamedTuple):
    """Everything after `after` up to `version`, in version order, one entry per item: as much as one frame holds.

    `more` follows from `version` on, where it is not all that was asked for. `touched` says that the stream was raised
    without an item, as by a sign-out.
    """

    after: int
    version: int
    items: list[Encoded]
    more: bool = False
    touched: bool = False

    def encode(self) -> bytes:
        return wire.changes(self.after, self.version, [item.json for item in self.items], self.more)

    @property
    def has_own_item(self) -> bool:
        """Whether the item changed whose own stream this is, such as the live blog."""
        return any(item.is_own for item in self.items)


class Reset(NamedTuple):
    """The cursor can't resume; the page can, once it has reached `version`. `items` is the stream's own, if any."""

    version: int
    items: list[Encoded]

    def encode(self) -> bytes:
        return wire.reset(self.version)


type Answer = Changes | Reset


def read(cursors: Mapping[str, int | None], upto: int | None = None, pause: float = 0.0) -> dict[str, Answer]:
    """What changed after each cursor, for streams of one kind; a stream that is gone is left out.

    A cursor of None starts at the head, with no more than the stream's own item. `upto` ends answers below the head.
    Between items it pauses for so many seconds: the interpreter is for who is in a hurry.
    Heads, horizons and tombstones are read first, and of one moment: rows that are newer are left to the next answer,
    and of tombstones that are pruned meanwhile none is missed.
    """
    names = list(cursors)
    answers: dict[str, Answer] = {}
    for start in range(0, len(names), NAMES):
        answers |= _read({name: cursors[name] for name in names[start : start + NAMES]}, upto, pause)
    return answers


def _read(cursors: Mapping[str, int | None], upto: int | None, pause: float) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    windows: dict[str, Window] = {}
    limit = (MAX_CHANGES + 1) * len(cursors)
    streams, graves = states_and_graves(cursors, limit)
    for name, (head, horizon, _) in streams.items():
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
            windows[name] = Window(cursor, end)
    if not windows:
        return answers
    found, is_cut = _changes(windows, graves, limit)
    if is_cut and len(cursors) > 1:  # a flood in one stream may have cut off another's: one by one
        return {name: answer for name in cursors for answer in _read({name: cursors[name]}, upto, pause).values()}
    for name, window in windows.items():
        fitting = _answer(window, found[name], pause)
        touched = window.after < streams[name].touched <= window.upto
        answers[name] = fitting._replace(touched=touched) if fitting else Reset(window.upto, _own_item(name))
    return answers


def _changes(windows: Mapping[str, Window], graves: list[Grave], limit: int) -> tuple[dict[str, list[Change]], bool]:
    """What changed in each window, and whether a query came to its limit."""
    found: dict[str, list[Change]] = {name: [] for name in windows}
    is_cut = len(graves) == limit
    for name, version, item in graves:
        if name in windows and version <= windows[name].upto:
            found[name].append(Change(version, item, partial(wire.removed, item, version)))
    for model, field in members(name_parts(next(iter(windows))).kind):
        rows = rows_in(model, field, windows, limit)
        is_cut |= len(rows) == limit
        for row in rows:
            change = Change(getattr(row, field.attname), row.item_id, partial(encode, row, field))
            found[field.stream_for(row)].append(change)
    return found, is_cut


def _answer(window: Window, changes: list[Change], pause: float) -> Changes | None:
    """In version order, the latest of each item (a deleted one may have come back); None where it is too much."""
    if len(changes) > MAX_CHANGES:
        return None
    latest: dict[str, Change] = {}
    for change in sorted(changes, key=lambda change: change.version):
        latest.pop(change.item, None)
        latest[change.item] = change
    return one_frame(window.after, window.upto, _encoded(latest.values(), pause))


def _encoded(changes: Iterable[Change], pause: float) -> Iterable[Encoded]:
    for change in changes:
        yield change.encode()
        if pause:
            time.sleep(pause)


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


def _own_item(name: str) -> list[Encoded]:
    """The item whose own stream this is, such as the live blog; shared streams have none."""
    own = [(model, field) for model, field in members(name_parts(name).kind) if field.is_own]
    rows = [(field, model._base_manager.filter(**field.rows_of(name)).first()) for model, field in own]
    return [encode(row, field) for field, row in rows if row]
