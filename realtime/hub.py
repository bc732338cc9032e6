"""The hub: one per process and event loop. It reads each stream's changes once, for all its readers here.

Commits in this process, nudges from the layer and the reconciliation once a second only say that a stream may be
behind; one pump per kind of stream then reads what follows. So duplicates vanish, and gaps cannot exist.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Hashable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async
from django.conf import settings
from msgspec import Raw

from . import rendering, streams, wire
from .batches import Batches, Store
from .database import Database
from .feed import Feed
from .layer import Link, broadcast_once
from .limits import Limits, Rate
from .messages import Nudge, Whisper, Whispered, whispered
from .once import Once
from .presence import Presence
from .replays import REFUSAL, Replays, catch_ups_of
from .sockets import Socket
from .wire import Close, Frame

TICK = 1.0  # seconds between reconciliations
TURNS = 8  # requests for pages that Django works on at once, each with a database connection
LINGER = 30  # ticks that a feed without readers stays warm

Watcher = Callable[[streams.Changes | streams.Reset | None], None]

log = logging.getLogger(__name__)
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


class Gone(Exception):
    """There is no such stream, or no longer."""


class Hub:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.feeds: dict[str, Feed] = {}
        self.slots: list[set[Socket]] = [set() for _ in range(wire.HEARTBEAT)]
        self.feed_of: dict[Socket, Feed | None] = {}
        self.addresses: Counter[str | None] = Counter()  # sockets by the client's address
        self.people: Counter[Any] = Counter()  # sockets by their person's primary key
        self.limits = Limits()
        self.looks = asyncio.Semaphore(2)  # at whether sockets may stay: a thread is left for the streams
        self.turns = asyncio.Semaphore(TURNS)  # of pages
        self.catch_ups = asyncio.Semaphore(TURNS)  # of requests for what changed, beside them
        self.hashing = asyncio.Semaphore(max(1, (os.cpu_count() or 2) // 2))  # of passwords: pages have the rest
        self.draining = False
        self.database = Database(reads=True)
        self.replays = Replays()
        self.writes = Database()  # so that a write which waits for a lock keeps no reader waiting
        self.batches = Batches(self.writes)
        self.once = Once()
        self.link = Link()
        self.link.handlers |= {Nudge: self._heard_nudge, Whisper: self._heard_whisper}
        self.presence = Presence(self.link, self.feeds)
        self._dirty: defaultdict[str, set[Feed]] = defaultdict(set)
        self._pumps: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.spawn(self._tick())
        self.spawn(self._render_again())

    # Readers come and go.

    @property
    def full(self) -> bool:
        return len(self.feed_of) >= settings.MAX_SOCKETS

    def has_its_share(self, address: str | None) -> bool:
        """Of the sockets of this process. Of who has no address nobody can tell them apart."""
        return address is not None and self.addresses[address] >= settings.MAX_SOCKETS_PER_ADDRESS

    async def subscribe(self, socket: Socket, name: str, after: int | None) -> None:
        """Greet a reader, bring it from `after` (None: the head) up to date, and keep it there.

        An `after` below zero stands for a malformed one: it gets a reset. Raises Gone.
        """
        feed = self.feeds.get(name) or self._open(name)
        self._enter(socket, feed)
        feed.readers.add(socket)
        await asyncio.shield(feed.ready)
        socket.cursor = feed.version if after is None else after
        socket.write(Frame(wire.hello(feed.version)))
        self.catch_up(socket)

    async def watch(self, name: str, on_change: Watcher, on_nudge: Callable[[int], None] | None = None) -> None:
        """Call `on_change` with each answer that moves a stream, or None when it is gone; and before that `on_nudge`,
        with the version that will be read. Raises Gone."""
        feed = self.feeds.get(name) or self._open(name)
        feed.watchers.add(on_change)
        if on_nudge:
            feed.guards.add(on_nudge)
        await asyncio.shield(feed.ready)

    def unwatch(self, name: str, on_change: Watcher, on_nudge: Callable[[int], None] | None = None) -> None:
        if feed := self.feeds.get(name):
            feed.watchers.discard(on_change)
            feed.guards -= {on_nudge}

    def greet(self, socket: Socket) -> None:
        """A reader of no stream: it gets heartbeats alone."""
        self._enter(socket, None)
        socket.write(Frame(wire.hello(0)))

    def leave(self, socket: Socket) -> None:
        feed = self.feed_of.pop(socket, None)
        self.slots[socket.slot].discard(socket)
        socket.closed = True
        if feed:
            feed.readers.discard(socket)
            feed.live.pop(socket, None)

    def catch_up(self, socket: Socket) -> None:
        """Bring a reader from its cursor to its feed's version, by the ring or by one read for all who ask alike."""
        feed = self.feed_of.get(socket)
        if feed is None or socket.closed or socket.held or not socket.writable or socket in feed.live:
            return
        if socket.cursor > feed.version:
            feed.ahead.append(socket)
            return self.wake(feed)
        while socket.cursor != feed.version:
            reset = Frame(wire.reset(feed.version)), feed.version
            answer = reset if socket.cursor < 0 else feed.since(socket.cursor)
            if answer is None:
                return self._ask_for(socket, feed)
            frame, socket.cursor = answer
            if not socket.write(frame):
                return  # it goes on when it has read this
        if feed.ended:
            socket.close(Close.ENDED)
        else:
            feed.live[socket] = None

    def _ask_for(self, socket: Socket, feed: Feed) -> None:
        if socket.cursor not in feed.waiting:
            if self.limits.take(catch_ups_of(socket.address)):
                self.loop.call_later(REFUSAL, socket.close, Close.TRY_AGAIN)
                return
            self.spawn(self._replay(feed, socket.cursor))
        feed.waiting[socket.cursor].append(socket)

    async def _replay(self, feed: Feed, cursor: int) -> None:
        """Answer a cursor that is older than the ring from the database."""
        answer = None
        while answer is None and feed.waiting[cursor] and self.feeds.get(feed.name) is feed:
            upto = feed.version
            try:
                answer = await self.replays(feed.name, cursor, upto)
            except Exception as error:
                self.database.report(error)
            if answer is None:  # not answered, or gone: then the pump closes the feed
                self.wake(feed)
                await asyncio.sleep(TICK)
        frame = Frame(answer.encode()) if answer else None
        if frame and isinstance(answer, streams.Changes):
            feed.reach_back(answer)
            if feed.version == upto:
                feed.keep(cursor, frame, answer.version)
        for socket in feed.waiting.pop(cursor):
            if self.feed_of.get(socket) is not feed or socket.cursor != cursor:  # who was held has asked twice
                continue
            if answer and frame and socket.writable and not socket.held:
                socket.cursor = answer.version
                if socket.write(frame):
                    self.catch_up(socket)

    async def changes(self, name: str, cursor: int) -> streams.Changes | streams.Reset | None:
        """What a socket that came with this cursor would be told; None if there is no such stream."""
        head = (await self.replays.database(streams.heads, [name])).get(name)
        feed = self.feeds.get(name)
        if feed and feed.version == head and feed.floor <= cursor <= head:
            return feed.join(cursor)
        return await self.replays(name, cursor)

    # Streams move.

    def committed(self, heads: Mapping[str, int]) -> None:
        """A transaction of this process raised these heads."""
        self.link.send(heads)
        for name, head in heads.items():
            self.nudged(name, head)

    def nudged(self, name: str, head: int) -> None:
        if (feed := self.feeds.get(name)) and head > feed.version:
            for guard in list(feed.guards) if feed.ready.done() else ():
                guard(head)
            self.wake(feed)

    def whisper(self, name: str, payload: Whispered, sender: Any = None) -> None:
        """Send a frame that nothing replays to all who are live on a stream, here and in other processes.

        `sender` is a person's primary key, whose own sockets are left out.
        """
        frame = wire.encode(payload)
        self._whispered(name, frame, sender)
        self.link.publish(Whisper(name, self.link.process, Raw(frame), sender))

    def _whispered(self, name: str, frame: bytes, sender: Any) -> None:
        if feed := self.feeds.get(name):
            feed.fan_out(Frame(frame), [socket for socket in feed.live if sender is None or socket.person != sender])

    def _heard_nudge(self, message: Nudge) -> None:
        self.nudged(message.stream, message.head)

    def _heard_whisper(self, message: Whisper) -> None:
        if message.process != self.link.process:
            self._whispered(message.stream, wire.encode(whispered(message.frame)), message.sender)

    def wake(self, feed: Feed) -> None:
        self._dirty[feed.kind].add(feed)
        if feed.kind not in self._pumps:
            self._pumps[feed.kind] = self.spawn(self._pump(feed.kind))

    async def _pump(self, kind: str) -> None:
        try:
            while behind := self._dirty.pop(kind, None):
                cursors = {feed.name: feed.version if feed.ready.done() else None for feed in behind}
                asking = {feed: len(feed.ahead) for feed in behind}  # who comes from now on needs a later answer
                try:
                    answers = await self.database(streams.read, cursors)
                except Exception as error:
                    self.database.report(error)
                    self._dirty[kind] |= behind
                    await asyncio.sleep(TICK)
                    continue
                for feed in behind:
                    self._apply(feed, answers.get(feed.name), asking[feed])
        finally:
            del self._pumps[kind]

    def _apply(self, feed: Feed, answer: streams.Changes | streams.Reset | None, asking: int) -> None:
        if answer is None:
            return self._end(feed)
        before = feed.version if feed.ready.done() else answer.version
        if isinstance(answer, streams.Reset):  # it fell, or too much happened at once
            feed.start(answer.version, answer.items)
            for socket in feed.readers - feed.live.keys():
                socket.cursor = -1
            feed.fan_out(Frame(answer.encode()))
        elif not feed.ready.done():
            feed.start(answer.version, answer.items)
        elif answer.version > feed.version:
            if has_own_item(answer):
                self._hold(feed)
            feed.advance(answer)
        if feed.version != before:
            self._tell(feed, answer)
        if feed.more:
            self.wake(feed)
        elif feed.ended:
            for socket in list(feed.live):
                socket.close(Close.ENDED)
        ahead, feed.ahead = feed.ahead[:asking], feed.ahead[asking:]
        for socket in ahead:
            if socket.cursor > feed.version:  # above the head
                socket.cursor = -1
            self.catch_up(socket)

    def _tell(self, feed: Feed, answer: streams.Changes | streams.Reset) -> None:
        for watcher in list(feed.watchers):
            watcher(answer)
        if isinstance(answer, streams.Reset) or has_own_item(answer):
            for socket in feed.readers:
                if socket.recheck:
                    socket.recheck()

    def _hold(self, feed: Feed) -> None:
        """A stream's own item may say who reads it: who can lose that gets nothing more before the next look."""
        for socket in feed.readers:
            if socket.recheck:
                self.hold(socket)

    def hold(self, socket: Socket) -> None:
        """It gets nothing more, until it is released."""
        socket.held = True
        if (feed := self.feed_of.get(socket)) and socket in feed.live:
            del feed.live[socket]
            socket.cursor = feed.version

    def release(self, socket: Socket) -> None:
        """It may go on reading."""
        socket.held = False
        self.catch_up(socket)

    def _open(self, name: str) -> Feed:
        feed = self.feeds[name] = Feed(name)
        self.link.join(name)
        self.wake(feed)
        return feed

    def _end(self, feed: Feed) -> None:
        self.feeds.pop(feed.name, None)
        self.link.leave(feed.name)
        if not feed.ready.done():
            feed.ready.set_exception(Gone(feed.name))
            feed.ready.exception()  # retrieved, even if no reader is left to await it
        else:
            for socket in list(feed.readers):
                socket.close(Close.GONE)
            for watcher in list(feed.watchers):
                watcher(None)

    # Time passes.

    async def _tick(self) -> None:
        """Once a second: heartbeats for one slot of the sockets, and the heads of all watched streams."""
        count = 0
        while True:
            await asyncio.sleep(TICK)
            count += 1
            try:
                self._beat(self.slots[count % wire.HEARTBEAT])
                self._sweep()
                await self._reconcile()
            except Exception as error:
                self.database.report(error)

    def _beat(self, sockets: set[Socket]) -> None:
        frames: dict[int, Frame] = {}
        for socket in list(sockets):
            feed = self.feed_of.get(socket)
            version = feed.version if feed else 0
            if socket.writable and (feed is None or socket in feed.live):
                if version not in frames:
                    frames[version] = Frame(wire.heartbeat(version))
                if not socket.write(frames[version]) and feed:
                    feed.live.pop(socket, None)
                    socket.cursor = version

    def _sweep(self) -> None:
        for feed in list(self.feeds.values()):
            feed.idle_ticks = 0 if feed.readers or feed.watchers else feed.idle_ticks + 1
            if feed.idle_ticks > LINGER:
                del self.feeds[feed.name]
                self.link.leave(feed.name)

    async def _reconcile(self) -> None:
        known = {feed: feed.version for feed in self.feeds.values() if feed.ready.done()}
        if not known:
            return
        heads = await self.database(streams.heads, [feed.name for feed in known])
        for feed, version in known.items():
            if self.feeds.get(feed.name) is feed and heads.get(feed.name) != version and feed.version == version:
                self.nudged(feed.name, heads.get(feed.name, 0))
                self.wake(feed)

    async def _render_again(self) -> None:
        """Beside the ticks, which must not wait for a lock."""
        while True:
            await asyncio.sleep(TICK)
            if rendering.failed:
                try:
                    await self.writes(rendering.retry)
                except Exception as error:
                    self.writes.report(error)

    # The rest.

    async def drain(self, seconds: float) -> None:
        """Refuse new sockets, and close the open ones with 1012, spread over a time."""
        self.draining = True
        open_sockets = list(self.feed_of)
        for number, socket in enumerate(open_sockets):
            self.loop.call_later(seconds * number / len(open_sockets), socket.close, Close.RESTART)
        await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """End its tasks; for a loop that outlives its hub."""
        _hubs.pop(self.loop, None)
        self.presence.stop()
        tasks = [*self._tasks, *self.link.tasks, *self.batches.tasks, *self.replays.tasks, *self.once.tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.database.close()
        await self.replays.database.close()
        await self.writes.close()

    def _enter(self, socket: Socket, feed: Feed | None) -> None:
        self.feed_of[socket] = feed
        socket.slot = len(self.feed_of) % len(self.slots)
        self.slots[socket.slot].add(socket)

    def spawn(self, work: Any) -> asyncio.Task[None]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def has_own_item(answer: streams.Changes) -> bool:
    """Whether the item changed whose own stream this is, such as the live blog."""
    return any(item.ends is not None for item in answer.items)


def get_hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


def find_hub() -> Hub | None:
    """The hub of the running event loop, if it has one."""
    return _hubs.get(asyncio.get_running_loop())


async def query(function: Any, *args: Any) -> Any:
    """Run a query in the threads of the running loop's hub, or as Django would where there is none."""
    hub = find_hub()
    return await (hub.database(function, *args) if hub else sync_to_async(function)(*args))


async def once(key: Hashable, ask: Callable[[], Coroutine[Any, Any, Any]], keep: bool = True) -> Any:
    """`ask()`, shared by all who want the same key at about this time, where there is a hub; see `Once`."""
    hub = find_hub()
    return await (hub.once(key, ask, keep) if hub else ask())


async def changes_after(name: str, cursor: int) -> streams.Changes | streams.Reset | None:
    """What changed in a stream after a version, as `Hub.changes` knows it, or as it is read where there is no hub."""
    if hub := find_hub():
        return await hub.changes(name, cursor)
    return (await sync_to_async(streams.read)({name: cursor})).get(name)


async def query_once(function: Any, *args: Any) -> Any:
    """A query that many make at once, and whose answer rarely changes."""
    return await once((function, args), lambda: query(function, *args))


async def batched(store: Store, key: Hashable, item: Any) -> Any:
    """Have an item stored as `Batches` does it, or by itself where there is no hub."""
    if hub := find_hub():
        return await hub.batches(store, key, item)
    (result,) = await sync_to_async(store)(key, [item])
    if isinstance(result, Exception):
        raise result
    return result


def take(rates: Mapping[Hashable, Rate]) -> float:
    """Take from the token buckets of the running loop's hub: the seconds to wait, 0.0 also where there is no hub."""
    hub = find_hub()
    return hub.limits.take(rates) if hub else 0.0


def announce(heads: Mapping[str, int]) -> None:
    """After commit, from any thread: tell this process's hubs, or all others if it has none. Never fails."""
    told = False
    for loop, hub in list(_hubs.items()):
        if loop.is_running():
            loop.call_soon_threadsafe(hub.committed, dict(heads))
            told = True
    if not told:
        broadcast_once(heads)
