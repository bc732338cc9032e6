"""The channel layer carries nudges between processes: a stream and its head, never content.

Whatever it loses, the hub's reconciliation finds within a second; so nothing here waits for it or fails with it.
What nothing replays, presence and whispers, travels whole and signed (messages.py): it is lost with the layer.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import uuid4

from channels.layers import InMemoryChannelLayer, get_channel_layer

from .messages import Message, Nudge, opened, sealed
from .tasks import Tasks

TIMEOUT = 0.5  # seconds that one call of the layer may take
RETRY = 1.0  # seconds between attempts
MAX_WAITING = 1_000  # messages other than nudges that wait to be sent

log = logging.getLogger(__name__)
_silent_until = 0.0


class Link:
    """The hub's side of the layer: joins the groups of its streams, hears their messages, broadcasts heads and others.

    `handlers` take what is heard, by its kind; `process` tells this process from the others.
    """

    def __init__(self) -> None:
        self.up = True
        self.process = uuid4().hex
        self.handlers: dict[type[Message], Callable[[Any], None]] = {}
        self._wanted: set[str] = set()
        self._joined: set[str] = set()
        self._heads: dict[str, int] = {}
        self._messages: deque[Message] = deque(maxlen=MAX_WAITING)
        self._changed = asyncio.Event()
        self._filled = asyncio.Event()
        self._tasks = Tasks()
        self._tasks.spawn(self._receive())
        self._tasks.spawn(self._broadcast())

    async def stop(self) -> None:
        await self._tasks.stop()

    def join(self, name: str) -> None:
        self._wanted.add(name)
        self._changed.set()

    def leave(self, name: str) -> None:
        self._wanted.discard(name)
        self._changed.set()

    def send(self, heads: Mapping[str, int]) -> None:
        """Broadcast heads; of several for one stream, the latest."""
        self._heads |= heads
        self._filled.set()

    def publish(self, message: Message) -> None:
        """Send a message to its stream's group, behind all heads. While the layer is away it is dropped."""
        self._messages.append(message)
        self._filled.set()

    async def _broadcast(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            try:
                while self._heads or self._messages:
                    heads, self._heads = self._heads, {}
                    for name, head in heads.items():
                        await self._send(Nudge(name, head))
                    if self._messages:
                        await self._send(self._messages.popleft())
            except Exception as error:  # what has waited is dropped: others reconcile
                self._messages.clear()
                self._report(False, error)

    async def _send(self, message: Message) -> None:
        async with asyncio.timeout(TIMEOUT):
            await layer().group_send(message.stream, sealed(message))
        self._report(True)

    async def _receive(self) -> None:
        while True:
            try:
                channel_layer = layer()
                async with asyncio.timeout(TIMEOUT):
                    channel = await channel_layer.new_channel()
                members = asyncio.create_task(self._keep_membership(channel_layer, channel))
                try:
                    while True:
                        message = await channel_layer.receive(channel)
                        self._report(True)
                        self._take(message)
                finally:
                    members.cancel()
            except Exception as error:
                self._report(False, error)
                await asyncio.sleep(RETRY)

    def _take(self, sent: dict[str, Any]) -> None:
        """Processes of other releases may send what this one does not know, or in another shape; others anything."""
        try:
            message = opened(sent)
            if handler := self.handlers.get(type(message)):
                handler(message)
        except Exception as error:
            log.warning("A message of the channel layer was passed over: %r", error)

    async def _keep_membership(self, layer: Any, channel: str) -> None:
        self._joined.clear()
        while True:
            self._changed.clear()
            try:
                for name in self._wanted - self._joined:
                    async with asyncio.timeout(TIMEOUT):
                        await layer.group_add(name, channel)
                    self._joined.add(name)
                for name in self._joined - self._wanted:
                    self._joined.discard(name)
                    async with asyncio.timeout(TIMEOUT):
                        await layer.group_discard(name, channel)
            except Exception as error:  # a dead Redis raises odd ones too: AttributeError, TypeError
                self._report(False, error)
                await asyncio.sleep(RETRY)
            else:
                await self._changed.wait()

    def _report(self, up: bool, error: Exception | None = None) -> None:
        if up != self.up:
            self.up = up
            if up:
                log.info("The channel layer is back")
            else:
                log.warning("The channel layer is away (%r): readers are served from the database each second", error)


def layer() -> Any:
    """The site's channel layer, which need not be there: RuntimeError."""
    if (found := get_channel_layer()) is None:
        raise RuntimeError("There is no channel layer in the settings.")
    return found


def is_shared() -> bool:
    """Whether it reaches other processes."""
    return not isinstance(get_channel_layer(), InMemoryChannelLayer)


async def send_nudge(name: str, head: int) -> None:
    await layer().group_send(name, sealed(Nudge(name, head)))


@cache
def background_loop() -> asyncio.AbstractEventLoop:
    """A loop in a thread of its own, where the layer keeps its connection: to open one costs more than the write."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="broadcast", daemon=True).start()
    return loop


os.register_at_fork(after_in_child=background_loop.cache_clear)  # a thread does not survive a fork


def broadcast_once(heads: Mapping[str, int]) -> None:
    """From a process without a hub, such as a command: try once, and after a failure not again for a while."""
    global _silent_until
    if not is_shared() or time.monotonic() < _silent_until:
        return

    async def send() -> None:
        async with asyncio.timeout(TIMEOUT):
            for name, head in heads.items():
                await send_nudge(name, head)

    try:
        asyncio.run_coroutine_threadsafe(send(), background_loop()).result(2 * TIMEOUT)
    except Exception as error:
        _silent_until = time.monotonic() + 5
        log.warning("The channel layer is away (%r): readers will have this from the database in a second", error)
