"""The hub: one per process and event loop. It reads each stream's changes once, for all its readers here.

How they are read is in pump.py, who gets them in readers.py. What else is kept once per hub, such as who is present, is
a service of it: the hub does not know what that is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from msgspec import Raw

from realtime.streams import due, reading, rendering, wire
from realtime.streams.queries import heads
from realtime.streams.reading import Answer
from realtime.streams.wire import Close, Frame

from . import timing
from .layer import Link, broadcast_once
from .limits import Limits, Rate
from .messages import Nudge, Whisper, Whispered, whispered
from .pump import Pump
from .reader import Reader
from .readers import Readers
from .replays import Replays
from .tasks import Tasks
from .threads import Threads

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


class Service:
    """The base of what is kept once in each hub: `hub.service(Presence)` makes it on first use."""

    def __init__(self, hub: Hub) -> None:
        pass

    def stop(self) -> None:
        """The hub ends."""


class Hub:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.draining = False
        self.limits = Limits()
        self.database = Threads(reads=True)
        self.writes = Threads()  # so that a write which waits for a lock keeps no reader waiting
        self.link = Link()
        self.link.handlers |= {Nudge: self._heard_nudge, Whisper: self._heard_whisper}
        self._tasks = Tasks()
        self._services: dict[type[Service], Service] = {}
        self.replays = Replays(self._tasks)
        self.readers = Readers(
            self._tasks, self.database, self.replays, self.limits, wake=lambda feed: self.pump.wake(feed)
        )
        self.pump = Pump(self._tasks, self.database, self.link, self.readers)
        self.spawn(self._tick())
        self.spawn(self._each_tick(self._render_again))
        self.spawn(self._each_tick(self._carry_out))

    def service[T: Service](self, kind: type[T]) -> T:
        """Its only one of this kind."""
        if kind not in self._services:
            self._services[kind] = kind(self)
        return self._services[kind]  # type: ignore[return-value]

    def spawn[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something in the background, until the hub stops."""
        return self._tasks.spawn(work)

    def retry(self, work: Callable[[], object]) -> asyncio.TimerHandle:
        """Call it in a second: what failed may work by then."""
        return self.loop.call_later(timing.TICK, work)

    async def subscribe(self, reader: Reader, name: str, after: int | None) -> None:
        """Greet a reader, bring it from `after` (None: the head) up to date, and keep it there. Raises Gone."""
        feed = self.pump.open(name)
        self.readers.enter(reader, feed)
        await asyncio.shield(feed.ready)
        self.readers.greet(reader, feed, after)

    def committed(self, raised: Mapping[str, int]) -> None:
        """A transaction of this process raised these heads."""
        self.link.send(raised)
        for name, head in raised.items():
            self.pump.nudge(name, head)

    def whisper(self, name: str, payload: Whispered, sender: Hashable = None) -> None:
        """Send a frame that nothing replays to all who are live on a stream, here and in other processes.

        `sender` is a person's primary key, whose own sockets are left out.
        """
        frame = wire.encode(payload)
        self._pass_on(name, frame, sender)
        self.link.publish(Whisper(name, self.link.process, Raw(frame), sender))  # type: ignore[arg-type]

    def _pass_on(self, name: str, frame: bytes, sender: Hashable) -> None:
        if feed := self.pump.feeds.get(name):
            others = [reader for reader in feed.live if sender is None or reader.person != sender]
            self.readers.fan_out(feed, Frame(frame), others)

    def _heard_nudge(self, message: Nudge) -> None:
        self.pump.nudge(message.stream, message.head)

    def _heard_whisper(self, message: Whisper) -> None:
        if message.process != self.link.process:
            self._pass_on(message.stream, wire.encode(whispered(message.frame)), message.sender)

    async def _tick(self) -> None:
        count = 0
        while True:
            await asyncio.sleep(timing.TICK)
            count += 1
            try:
                self.readers.beat(count)
                self.pump.sweep()
                await self.pump.reconcile()
            except Exception as error:
                self.database.report(error)

    async def _each_tick(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """What writes is beside the ticks, which must not wait for a lock."""
        while True:
            await asyncio.sleep(timing.TICK)
            try:
                await work()
            except Exception as error:
                self.writes.report(error)

    async def _render_again(self) -> None:
        if rendering.failed:
            await self.writes(rendering.retry)

    async def _carry_out(self) -> None:
        """What is due, such as that a scheduled entry is published."""
        await self.writes(due.carry_out)

    async def drain(self, seconds: float) -> None:
        """Refuse new sockets, and close the open ones with 1012, spread over a time."""
        self.draining = True
        readers = list(self.readers.feed_of)
        for number, reader in enumerate(readers):
            self.loop.call_later(seconds * number / len(readers), reader.close, Close.RESTART)
        await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """End its tasks; for a loop that outlives its hub."""
        _hubs.pop(self.loop, None)
        for service in self._services.values():
            service.stop()
        await self.link.stop()
        await self._tasks.stop()
        for threads in (self.database, self.replays.database, self.writes):
            await threads.close()


def get_hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


def find_hub() -> Hub | None:
    """The hub of the running event loop, if it has one."""
    return _hubs.get(asyncio.get_running_loop())


async def query[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a query in the threads of the running loop's hub, or as Django would where there is none."""
    hub = find_hub()
    return await (hub.database(function, *args, **kwargs) if hub else sync_to_async(function)(*args, **kwargs))


async def changes_after(name: str, cursor: int) -> Answer | None:
    """What a socket that came with this cursor would be told; None if there is no such stream."""
    if (hub := find_hub()) is None:
        return (await sync_to_async(reading.read)({name: cursor})).get(name)
    head = (await hub.replays.database(heads, [name])).get(name)
    feed = hub.pump.feeds.get(name)
    if feed and feed.version == head and feed.floor <= cursor <= head:
        return feed.join(cursor)
    return await hub.replays(name, cursor)


def take(rates: Mapping[Hashable, Rate]) -> float:
    """Take from the token buckets of the running loop's hub: the seconds to wait, 0.0 also where there is no hub."""
    hub = find_hub()
    return hub.limits.take(rates) if hub else 0.0


def announce(raised: Mapping[str, int]) -> None:
    """After commit, from any thread: tell this process's hubs, or all others if it has none. Never fails."""
    told = False
    for loop, hub in list(_hubs.items()):
        if loop.is_running():
            loop.call_soon_threadsafe(hub.committed, dict(raised))
            told = True
    if not told:
        broadcast_once(raised)
