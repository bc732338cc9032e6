"""The channel layer carries nudges between processes: a stream and its head, never content.

Whatever it loses, the hub's reconciliation finds within a second; so nothing here waits for it or fails with it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

TIMEOUT = 0.5  # seconds that one call of the layer may take
RETRY = 1.0  # seconds between attempts

log = logging.getLogger(__name__)
_silent_until = 0.0


class Link:
    """The hub's side of the layer: joins the groups of its streams, hears nudges, broadcasts heads."""

    def __init__(self, on_nudge: Callable[[str, int], None]) -> None:
        self.up = True
        self._on_nudge = on_nudge
        self._wanted: set[str] = set()
        self._joined: set[str] = set()
        self._outbox: dict[str, int] = {}
        self._changed = asyncio.Event()
        self._filled = asyncio.Event()
        self.tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._broadcast())]

    def join(self, name: str) -> None:
        self._wanted.add(name)
        self._changed.set()

    def leave(self, name: str) -> None:
        self._wanted.discard(name)
        self._changed.set()

    def send(self, heads: Mapping[str, int]) -> None:
        """Broadcast heads; of several for one stream, the latest."""
        self._outbox |= heads
        self._filled.set()

    async def _broadcast(self) -> None:
        while True:
            await self._filled.wait()
            self._filled.clear()
            heads, self._outbox = self._outbox, {}
            try:
                for name, head in heads.items():
                    async with asyncio.timeout(TIMEOUT):
                        await send_nudge(name, head)
                self._report(True)
            except Exception as error:  # the rest of the batch is dropped: others reconcile
                self._report(False, error)

    async def _receive(self) -> None:
        while True:
            try:
                layer = get_channel_layer()
                async with asyncio.timeout(TIMEOUT):
                    channel = await layer.new_channel()
                members = asyncio.create_task(self._keep_membership(layer, channel))
                try:
                    while True:
                        message = await layer.receive(channel)
                        self._report(True)
                        self._on_nudge(message["stream"], message["head"])
                finally:
                    members.cancel()
            except Exception as error:
                self._report(False, error)
                await asyncio.sleep(RETRY)

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


async def send_nudge(name: str, head: int) -> None:
    await get_channel_layer().group_send(name, {"type": "nudge", "stream": name, "head": head})


def broadcast_once(heads: Mapping[str, int]) -> None:
    """From a process without a hub, such as a command: try once, and after a failure not again for a while."""
    global _silent_until
    if isinstance(get_channel_layer(), InMemoryChannelLayer) or time.monotonic() < _silent_until:
        return

    async def send() -> None:
        async with asyncio.timeout(TIMEOUT):
            for name, head in heads.items():
                await send_nudge(name, head)

    try:
        async_to_sync(send)()
    except Exception as error:
        _silent_until = time.monotonic() + 5
        log.warning("The channel layer is away (%r): readers will have this from the database in a second", error)
