"""A reader's WebSocket as the hub sees it: a cursor, and writes that never wait. Its states are in readers.py."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from realtime.streams.wire import Frame

#: The ASGI extension by which a server takes ready-made frames (server/protocol.py): `{"protocol": FrameProtocol}`.
EXTENSION = "realtime.frames"


class Reader:
    """Sends through ASGI. A send that does not finish at once is left to finish by itself, and the reader is `full`."""

    __slots__ = (
        "__weakref__", "_blocked", "_on_drained", "_send", "address", "closed", "cursor", "full", "held", "person",
        "recheck", "slot",
    )  # fmt: skip

    def __init__(self, send: Callable[[Any], Awaitable[None]], on_drained: Callable[[Reader], None]) -> None:
        self._send = send
        self._on_drained = on_drained
        self._blocked: asyncio.Task[None] | None = None
        self.cursor = 0  # the version that it was sent last
        self.slot = 0  # of the heartbeats
        self.address: str | None = None  # what stands for the client's, where it is known
        self.person: Any = None  # whose it is, by primary key
        self.recheck: Callable[[], None] | None = None  # asks again whether it may read, if that can change
        self.held = False  # until it was asked again, it gets nothing
        self.full = False  # it has not taken yet what it was sent last
        self.closed = False

    def write(self, frame: Frame) -> bool:
        """Send a frame; whether the next one may follow. Only for a reader that is not full."""
        return self._step({"type": "websocket.send", "text": frame.text})

    def close(self, code: int) -> None:
        """Close it once; a reader that is full would never see the frame, so it is cut instead."""
        if not self.closed:
            self.closed = True
            if self._blocked:
                self._blocked.cancel()
            self._step({"type": "websocket.close", "code": code})

    def _step(self, message: dict[str, Any]) -> bool:
        if self.closed and message["type"] == "websocket.send":
            return True
        loop = asyncio.get_running_loop()
        task = asyncio.Task(self._guarded(message), loop=loop, eager_start=True)
        if task.done():
            return True
        self._blocked, self.full = task, True
        task.add_done_callback(self._unblock)
        return False

    async def _guarded(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except Exception:  # the peer is gone; its disconnect is on the way to the consumer
            self.closed = True
            if 1000 < message.get("code", 0) < 3000:  # or this is Daphne, which sends 1000 and 3000 to 4999 only
                await self._guarded({**message, "code": message["code"] + 3000})

    def _unblock(self, task: asyncio.Task[None]) -> None:
        if self._blocked is task:
            self._blocked, self.full = None, False
            if not self.closed:
                self._on_drained(self)


class FrameReader(Reader):
    """Hands ready-made frames to the server's transport, without a coroutine.

    The protocol tells it when the transport is full, and when it is gone: to look there for each frame costs more than
    all else that is done here.
    """

    __slots__ = ("_transport",)

    def __init__(
        self, send: Callable[[Any], Awaitable[None]], on_drained: Callable[[Reader], None], protocol: Any
    ) -> None:
        super().__init__(send, on_drained)
        self._transport = protocol.transport
        protocol.reader = self

    def write(self, frame: Frame) -> bool:
        if not self.closed:
            self._transport.write(frame.wire)
        return not self.full

    def close(self, code: int) -> None:
        if not self.closed and self.full:
            self.closed = True
            self._transport.abort()
        super().close(code)

    def drained(self) -> None:
        self.full = False
        if not self.closed:
            self._on_drained(self)


def make_reader(scope: Any, send: Callable[[Any], Awaitable[None]], on_drained: Callable[[Reader], None]) -> Reader:
    if extension := scope.get("extensions", {}).get(EXTENSION):
        return FrameReader(send, on_drained, extension["protocol"])
    return Reader(send, on_drained)
