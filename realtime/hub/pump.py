"""The pump: it brings the feeds of a hub on, by one read at a time of all that are behind in a kind of streams.

Commits in this process, nudges from the layer and the reconciliation once a second only say that a stream may be
behind; what is read then follows the feed's version. So duplicates vanish, and gaps cannot exist.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict

from realtime.streams import queries, reading
from realtime.streams.reading import Answer, Reset
from realtime.streams.wire import Close

from . import timing
from .feed import Feed, Guard, Watcher
from .layer import Link
from .reader import Reader
from .readers import Readers
from .tasks import Tasks
from .threads import Threads

LINGER = 30  # ticks that a feed without readers stays warm


class Gone(Exception):
    """There is no such stream, or no longer."""


class Pump:
    def __init__(self, tasks: Tasks, database: Threads, link: Link, readers: Readers) -> None:
        self.feeds: dict[str, Feed] = {}
        self._tasks = tasks
        self._database = database
        self._link = link
        self._readers = readers
        self._behind: defaultdict[str, set[Feed]] = defaultdict(set)  # by kind
        self._running: dict[str, asyncio.Task[None]] = {}

    def open(self, name: str) -> Feed:
        """The feed of a stream; await its `ready`, which raises Gone."""
        if name not in self.feeds:
            self.feeds[name] = Feed(name)
            self._link.join(name)
            self.wake(self.feeds[name])
        return self.feeds[name]

    async def watch(self, name: str, on_change: Watcher, on_nudge: Guard | None = None) -> None:
        """Call `on_change` with each answer that moves a stream, or None when it is gone; and before that `on_nudge`,
        with the version that will be read. Raises Gone."""
        feed = self.open(name)
        feed.watchers.add(on_change)
        if on_nudge:
            feed.guards.add(on_nudge)
        await asyncio.shield(feed.ready)

    def unwatch(self, name: str, on_change: Watcher, on_nudge: Guard | None = None) -> None:
        if feed := self.feeds.get(name):
            feed.watchers.discard(on_change)
            if on_nudge:
                feed.guards.discard(on_nudge)

    def nudge(self, name: str, head: int) -> None:
        """A commit has raised this head."""
        if (feed := self.feeds.get(name)) and head > feed.version:
            for guard in list(feed.guards) if feed.ready.done() else ():
                guard(head)
            self.wake(feed)

    def wake(self, feed: Feed) -> None:
        """It may be behind."""
        self._behind[feed.kind].add(feed)
        if feed.kind not in self._running:
            self._running[feed.kind] = self._tasks.spawn(self._run(feed.kind))

    async def _run(self, kind: str) -> None:
        try:
            while behind := self._behind.pop(kind, None):
                cursors = {feed.name: feed.version if feed.ready.done() else None for feed in behind}
                asking = {feed: len(feed.ahead) for feed in behind}  # who comes from now on needs a later answer
                try:
                    answers = await self._database(reading.read, cursors)
                except Exception as error:
                    self._database.report(error)
                    self._behind[kind] |= behind
                    await asyncio.sleep(timing.TICK)
                    continue
                for feed in behind:
                    self._apply(feed, answers.get(feed.name), asking[feed])
        finally:
            del self._running[kind]

    def _apply(self, feed: Feed, answer: Answer | None, asking: int) -> None:
        if answer is None:
            return self._end(feed)
        before = feed.version if feed.ready.done() else answer.version
        if isinstance(answer, Reset):
            self._readers.reset(feed, answer)
        elif not feed.ready.done():
            feed.start(answer.version, answer.items)
        elif answer.version > feed.version:
            self._readers.advance(feed, answer)
        if feed.version != before:
            for watcher in list(feed.watchers):
                watcher(answer)
            self._readers.recheck(feed, answer)
        if feed.more:
            self.wake(feed)
        elif feed.ended:
            self._close(list(feed.live), Close.ENDED)
        self._readers.settle(feed, asking)

    def _end(self, feed: Feed) -> None:
        self._drop(feed)
        if not feed.ready.done():
            feed.ready.set_exception(Gone(feed.name))
            feed.ready.exception()  # retrieved, even if no reader is left to await it
        else:
            self._close(list(feed.readers), Close.GONE)
            for watcher in list(feed.watchers):
                watcher(None)

    def _close(self, readers: list[Reader], code: int) -> None:
        for reader in readers:
            reader.close(code)

    def _drop(self, feed: Feed) -> None:
        feed.is_open = False
        self.feeds.pop(feed.name, None)
        self._link.leave(feed.name)

    def sweep(self) -> None:
        """Once a tick: drop the feeds that nobody has read for long."""
        for feed in list(self.feeds.values()):
            feed.idle_ticks = feed.idle_ticks + 1 if feed.is_idle else 0
            if feed.idle_ticks > LINGER:
                self._drop(feed)

    async def reconcile(self) -> None:
        """Once a tick: compare all feeds with the database, whatever was lost of nudges."""
        known = {feed: feed.version for feed in self.feeds.values() if feed.ready.done()}
        if not known:
            return
        current = await self._database(queries.heads, [feed.name for feed in known])
        for feed, version in known.items():
            if self.feeds.get(feed.name) is feed and current.get(feed.name) != version and feed.version == version:
                self.nudge(feed.name, current.get(feed.name, 0))
                self.wake(feed)
