"""Write statements: streams are locked, and each gets one new version, whatever the statement does in it.

Commit order is version order, since a head is raised in the transaction of the change, under the stream's row lock.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction

from realtime.models import Stream, Tombstone

from .commits import Announcement, announce_on_commit, is_pending

_current: ContextVar[Statement | None] = ContextVar("statement", default=None)
_lock_timeout: ContextVar[int] = ContextVar("lock_timeout", default=0)  # seconds; 0: as long as it takes
_previous: ContextVar[tuple[Any, Statement | None]] = ContextVar("previous", default=(None, None))  # with its origin


class Statement:
    """The versions of one write statement: one new version per stream, however many rows it touches."""

    def __init__(self) -> None:
        self.heads: dict[str, int] = {}
        self.raised: dict[str, int] = {}
        self.touched: set[str] = set()
        self.buried: dict[tuple[str, str], int] = {}
        self.ended: set[str] = set()
        self.announcement: Announcement | None = None

    @property
    def names(self) -> set[str]:
        return set(self.heads)

    def lock(self, names: Iterable[str]) -> None:
        """Take the row locks of streams in sorted order; one that was deleted meanwhile stays so."""
        if wanted := sorted(set(names) - self.heads.keys()):
            rows = Stream.objects.select_for_update().filter(name__in=wanted).order_by("name")
            self.heads |= dict(rows.values_list("name", "head"))

    def create(self, names: Iterable[str]) -> None:
        """Lock streams, and create those that are missing."""
        self.lock(names := set(names))
        if missing := sorted(names - self.heads.keys()):
            create_streams(missing)
            self.lock(missing)

    def next(self, name: str) -> int:
        """The version that this statement gives its changes in a stream."""
        self.create([name])
        return self.raised.setdefault(name, self.heads[name] + 1)

    def touch(self, name: str) -> None:
        """Give it a version that no item carries."""
        self.next(name)
        self.touched.add(name)

    def bury(self, name: str, item: str) -> None:
        self.lock([name])
        if name in self.heads:  # otherwise the whole stream went before it
            self.buried[name, item] = self.next(name)

    def end(self, name: str) -> None:
        """Its own row is deleted: the stream goes, and whoever reads it is told."""
        self.lock([name])
        if name in self.heads:
            self.touch(name)
            self.ended.add(name)

    def write(self) -> None:
        for name, version in self.raised.items():
            touched = {"touched": version} if name in self.touched else {}
            Stream.objects.filter(name=name).update(head=version, **touched)
        if self.ended:
            Stream.objects.filter(name__in=self.ended).delete()
        tombstones = [
            Tombstone(stream_id=name, item=item, version=version)
            for (name, item), version in self.buried.items()
            if name not in self.ended
        ]
        if tombstones:
            unique, fields = ["stream", "item"], ["version", "buried_at"]
            Tombstone.objects.bulk_create(
                tombstones, batch_size=200, update_conflicts=True, unique_fields=unique, update_fields=fields
            )
            self.buried.clear()


def create_streams(names: Iterable[str]) -> None:
    """Those of them that are not there yet."""
    start = now_ms()
    streams = [Stream(name=name, head=start, horizon=start) for name in names]
    Stream.objects.bulk_create(streams, ignore_conflicts=True)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@contextmanager
def statement(names: Iterable[str], origin: Any = None) -> Iterator[Statement]:
    """A write statement on the streams named. Inside another one it is part of that.

    A cascade comes row by row: what has the `origin` of the statement before is part of that, too.
    """
    if outer := _current.get():
        outer.lock(names)
        yield outer
        return
    with transaction.atomic():
        _limit_waiting()
        before, previous = _previous.get()
        same = origin is not None and before is origin and previous is not None
        versions = previous if same and previous and is_pending(previous.announcement) else Statement()
        _previous.set((origin, versions))
        token = _current.set(versions)
        try:
            versions.lock(names)
            yield versions
        finally:
            _current.reset(token)
        if versions.raised:
            versions.write()
    if versions.raised:
        versions.announcement = announce_on_commit(versions.raised)


def touch(name: str) -> None:
    """Raise a stream's head without changing an item; one that nobody ever asked for is not there."""
    with statement([name]) as versions:
        if name in versions.heads:
            versions.touch(name)


def lock(*names: str) -> None:
    """Lock several streams for the rest of the transaction, in the one order that cannot deadlock.

    For a transaction that writes to more than one stream in more than one statement: call it first.
    """
    Statement().lock(names)


@contextmanager
def lock_timeout(seconds: int) -> Iterator[None]:
    """For statements in here: waiting longer for a lock is an OperationalError. SQLite has its own timeout for all."""
    token = _lock_timeout.set(seconds)
    try:
        yield
    finally:
        _lock_timeout.reset(token)


def _limit_waiting() -> None:
    connection = transaction.get_connection()
    if (seconds := _lock_timeout.get()) and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{seconds}s'")
