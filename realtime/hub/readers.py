"""The readers of a hub, and what each is in. Nobody else moves one from one state to another.

    state    what it is sent                         known by                  it goes on by
    -------  --------------------------------------  ------------------------  ------------------------------------
    opening  nothing: its stream was not read yet    feed.ready                ready: it is greeted, and catches up
    live     each frame as it comes                  feed.live                 full, held, closed
    full     nothing until it has read               reader.full               drained: it catches up
    waiting  nothing: what it missed is being read   feed.waiting, by cursor   the answer: it catches up from there
    ahead    nothing: its cursor is above the feed   feed.ahead                the next read: it catches up, or resets
    held     nothing: it may have lost its right     reader.held               released: it catches up; or closed
    closed   nothing more                            reader.closed

`cursor` is the version that it was sent last. While it is live, that is the feed's version, and stands there alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable

from django.conf import settings

from realtime.streams import wire
from realtime.streams.reading import Answer, Changes, Reset
from realtime.streams.wire import Close, Frame

from . import timing
from .feed import Feed
from .limits import Limits
from .reader import Reader
from .replays import REFUSAL, Replays, catch_ups_of
from .tasks import Tasks
from .threads import Threads

MALFORMED = -1  # a cursor below every version: it gets a reset


def parse_version(text: str) -> int:
    """A cursor as clients write it; MALFORMED if it is none."""
    return int(text) if re.fullmatch(r"[0-9]{1,16}", text) else MALFORMED


class Readers:
    def __init__(
        self, tasks: Tasks, database: Threads, replays: Replays, limits: Limits, wake: Callable[[Feed], None]
    ) -> None:
        self.feed_of: dict[Reader, Feed | None] = {}
        self.slots: list[set[Reader]] = [set() for _ in range(wire.HEARTBEAT)]
        self._tasks = tasks
        self._database = database
        self._replays = replays
        self._limits = limits
        self._wake = wake

    # They come and go.

    @property
    def full(self) -> bool:
        return len(self.feed_of) >= settings.MAX_SOCKETS

    def enter(self, reader: Reader, feed: Feed | None) -> None:
        """None: a reader of no stream, which gets heartbeats alone."""
        self.feed_of[reader] = feed
        reader.slot = len(self.feed_of) % len(self.slots)
        self.slots[reader.slot].add(reader)
        if feed:
            feed.readers.add(reader)
        else:
            reader.write(Frame(wire.hello(0)))

    def greet(self, reader: Reader, feed: Feed, after: int | None) -> None:
        """Its stream was read. `after` is its page's version; None for one that begins at the head."""
        reader.cursor = feed.version if after is None else after
        reader.write(Frame(wire.hello(feed.version)))
        self.catch_up(reader)

    def leave(self, reader: Reader) -> None:
        feed = self.feed_of.pop(reader, None)
        self.slots[reader.slot].discard(reader)
        reader.closed = True
        if feed:
            feed.readers.discard(reader)
            feed.live.pop(reader, None)

    # What they have missed.

    def catch_up(self, reader: Reader) -> None:
        """Bring one from its cursor to its feed's version, by the ring or by one read for all who ask alike."""
        feed = self.feed_of.get(reader)
        if feed is None or reader.closed or reader.held or reader.full or reader in feed.live:
            return
        if reader.cursor > feed.version:
            feed.ahead.append(reader)
            return self._wake(feed)
        while reader.cursor != feed.version:
            reset = Frame(wire.reset(feed.version)), feed.version
            answer = reset if reader.cursor == MALFORMED else feed.since(reader.cursor)
            if answer is None:
                return self._wait(reader, feed)
            frame, reader.cursor = answer
            if not reader.write(frame):
                return  # it goes on when it has read this
        if feed.ended:
            reader.close(Close.ENDED)
        else:
            feed.live[reader] = None

    def _wait(self, reader: Reader, feed: Feed) -> None:
        if reader.cursor not in feed.waiting:
            if self._limits.take(catch_ups_of(reader.address)):
                asyncio.get_running_loop().call_later(REFUSAL, reader.close, Close.TRY_AGAIN)
                return
            self._tasks.spawn(self._replay(feed, reader.cursor))
        feed.waiting[reader.cursor].append(reader)

    async def _replay(self, feed: Feed, cursor: int) -> None:
        """Answer a cursor that is older than the ring from the database."""
        answer = None
        while answer is None and feed.waiting[cursor] and feed.is_open:
            upto = feed.version
            try:
                answer = await self._replays(feed.name, cursor, upto)
            except Exception as error:
                self._database.report(error)
            if answer is None:  # not answered, or gone: then the pump closes the feed
                self._wake(feed)
                await asyncio.sleep(timing.TICK)
        frame = Frame(answer.encode()) if answer else None
        if frame and isinstance(answer, Changes):
            feed.reach_back(answer)
            if feed.version == upto:
                feed.keep(cursor, frame, answer.version)
        for reader in feed.waiting.pop(cursor):
            if self.feed_of.get(reader) is not feed or reader.cursor != cursor:  # who was held has asked twice
                continue
            if answer and frame and not reader.full and not reader.held:
                reader.cursor = answer.version
                if reader.write(frame):
                    self.catch_up(reader)

    # What comes.

    def fan_out(self, feed: Feed, frame: Frame, to: Iterable[Reader] | None = None) -> None:
        """Send a frame to those who are live, or to some of them."""
        blocked = [reader for reader in (feed.live if to is None else to) if not reader.write(frame)]
        for reader in blocked:  # it has been given this frame; what follows waits for it to read
            del feed.live[reader]
            reader.cursor = feed.version

    def advance(self, feed: Feed, changes: Changes) -> None:
        """A stream's own item may say who reads it: who can lose that gets nothing more before the next look."""
        for reader in feed.readers if changes.has_own_item else ():
            if reader.recheck:
                self.hold(reader)
        feed.advance(changes)
        self.fan_out(feed, Frame(changes.encode()))

    def reset(self, feed: Feed, answer: Reset) -> None:
        """The stream fell, or too much happened at once: all take the page again."""
        feed.start(answer.version, answer.items)
        for reader in feed.readers - feed.live.keys():
            reader.cursor = MALFORMED
        self.fan_out(feed, Frame(answer.encode()))

    def settle(self, feed: Feed, asking: int) -> None:
        """The feed's version is what the database has: so many of those who were ahead know by now."""
        ahead, feed.ahead = feed.ahead[:asking], feed.ahead[asking:]
        for reader in ahead:
            if reader.cursor > feed.version:  # above the head
                reader.cursor = MALFORMED
            self.catch_up(reader)

    def recheck(self, feed: Feed, answer: Answer) -> None:
        """Have those look again who can lose their right by what was told."""
        if isinstance(answer, Reset) or answer.has_own_item:
            for reader in feed.readers:
                if reader.recheck:
                    reader.recheck()

    def hold(self, reader: Reader) -> None:
        """It gets nothing more, until it is released."""
        reader.held = True
        if (feed := self.feed_of.get(reader)) and reader in feed.live:
            del feed.live[reader]
            reader.cursor = feed.version

    def release(self, reader: Reader) -> None:
        """It may go on reading."""
        reader.held = False
        self.catch_up(reader)

    # Time passes.

    def beat(self, tick: int) -> None:
        """Heartbeats for one slot of them, so that each gets one every HEARTBEAT ticks."""
        frames: dict[int, Frame] = {}
        for reader in list(self.slots[tick % wire.HEARTBEAT]):
            feed = self.feed_of.get(reader)
            version = feed.version if feed else 0
            if not reader.full and (feed is None or reader in feed.live):
                if version not in frames:
                    frames[version] = Frame(wire.heartbeat(version))
                if not reader.write(frames[version]) and feed:
                    feed.live.pop(reader, None)
                    reader.cursor = version
