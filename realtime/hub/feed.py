"""One stream in the hub: its version, and a ring of its latest items. Its readers are handled in readers.py."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import takewhile

from realtime.streams import name_parts
from realtime.streams.reading import MAX_CHANGES, Answer, Changes, Reset, one_frame
from realtime.streams.wire import Encoded, Frame

from .reader import Reader

RING_BYTES = 262_144  # of encoded items that one stream keeps
MAX_FRAMES = 16  # of which each brings one cursor on: kept for others who come with it

#: Called with each answer that moves a stream, or None when it is gone.
type Watcher = Callable[[Answer | None], None]
#: Called with a version as soon as it is known to be committed, before it is read.
type Guard = Callable[[int], None]


class Feed:
    """The ring keeps the latest encoded item per id, in version order: it answers any cursor from `floor` on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = name_parts(name).kind
        self.version = 0
        self.floor = 0
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.readers: set[Reader] = set()
        self.live: dict[Reader, None] = {}  # in order of arrival, so that no reader is served last every time
        self.ahead: list[Reader] = []
        self.waiting: defaultdict[int, list[Reader]] = defaultdict(list)  # by the cursor that is being read for them
        self.watchers: set[Watcher] = set()
        self.guards: set[Guard] = set()
        self.more = False  # of what it reads follows yet
        self.is_open = True
        self.idle_ticks = 0
        self._end_came = False
        self._ring: dict[str, Encoded] = {}
        self._ring_bytes = 0
        self._frames: dict[int, tuple[Frame, int]] = {}

    @property
    def is_idle(self) -> bool:
        return not self.readers and not self.watchers

    @property
    def ended(self) -> bool:
        """The stream's end has come, and all that came with it."""
        return self._end_came and not self.more

    def start(self, version: int, items: Iterable[Encoded] = ()) -> None:
        """Stand at a version, knowing nothing of what led there."""
        self.version = self.floor = version
        self.more = False
        self._note_end(items)
        self._ring.clear()
        self._frames.clear()
        self._ring_bytes = 0
        if not self.ready.done():
            self.ready.set_result(None)

    def advance(self, changes: Changes) -> None:
        """Take in what follows `version`."""
        self._remember(changes.items)
        self._note_end(changes.items)
        self.version = changes.version
        self.more = changes.more

    def reach_back(self, changes: Changes) -> None:
        """Put before the ring what led up to it, for others who resume from there."""
        older = {item.id: item for item in changes.items if item.version <= self.floor and item.id not in self._ring}
        size = self._ring_bytes + sum(len(item.json) for item in older.values())
        if changes.after < self.floor <= changes.version <= self.version and size <= RING_BYTES:
            self._ring = older | self._ring
            self._ring_bytes = size
            self.floor = changes.after

    def since(self, cursor: int) -> tuple[Frame, int] | None:
        """A frame that follows a cursor, and the version it leads to; None when the ring does not reach back so far."""
        if cursor not in self._frames:
            if cursor < self.floor:
                return None
            answer = self.join(cursor)
            self.keep(cursor, Frame(answer.encode()), answer.version)
        return self._frames[cursor]

    def keep(self, cursor: int, frame: Frame, version: int) -> None:
        """For all who come with that cursor, until something changes."""
        if len(self._frames) >= MAX_FRAMES:
            self._frames.clear()
        self._frames[cursor] = frame, version

    def join(self, cursor: int) -> Answer:
        """What followed a cursor from `floor` on."""
        missed = list(takewhile(lambda item: item.version > cursor, reversed(self._ring.values())))
        changes = one_frame(cursor, self.version, reversed(missed)) if len(missed) <= MAX_CHANGES else None
        return changes or Reset(self.version, [])

    def _note_end(self, items: Iterable[Encoded]) -> None:
        for item in items:
            if item.is_own:
                self._end_came = item.ends

    def _remember(self, items: Iterable[Encoded]) -> None:
        self._frames.clear()
        for item in items:
            if old := self._ring.pop(item.id, None):
                self._ring_bytes -= len(old.json)
            self._ring[item.id] = item
            self._ring_bytes += len(item.json)
        while self._ring_bytes > RING_BYTES:
            oldest = self._ring.pop(next(iter(self._ring)))
            self._ring_bytes -= len(oldest.json)
            self.floor = oldest.version
