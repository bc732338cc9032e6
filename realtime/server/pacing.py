"""What one WebSocket may send: it takes turns with all others, and has a budget of frames.

A connection that is full of the smallest frames would keep the event loop for seconds: the network hands over whole
buffers, and each frame costs a few microseconds.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CTRL_OPCODES, CloseCode, Frame

from realtime.hub.limits import Bucket, Rate

SLICE = 4_096  # bytes that are parsed in one turn of the loop
FRAMES = Rate(per_second=500, burst=1_000)
CONTROL_FRAMES = Rate(per_second=10, burst=100)  # pings and pongs: nobody needs more
MAX_FRAGMENTS = 1_000  # of one message


class PacedProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but what comes is parsed in slices, as long as the application keeps up."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._unread = bytearray()
        self._turn: asyncio.Handle | None = None
        self._budgets = Bucket(FRAMES), Bucket(CONTROL_FRAMES)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._turn:
            self._turn.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self.handshake_initiated:
            return super().data_received(data)  # the head of a request, which was measured before
        self._unread += data
        if self._turn is None and not self.read_paused:
            self._parse()
        elif self._unread:
            self.transport.pause_reading()

    def _parse(self) -> None:
        self._turn = None
        piece = bytes(self._unread[:SLICE])
        del self._unread[:SLICE]
        super().data_received(piece)
        if self._unread and not self.transport.is_closing():
            self.transport.pause_reading()
            if not self.read_paused:
                self._turn = self.loop.call_soon(self._parse)
        elif not self.read_paused:
            self.transport.resume_reading()

    async def receive(self) -> Any:
        message = await super().receive()
        if self._unread and self._turn is None and not self.read_paused:
            self._turn = self.loop.call_soon(self._parse)
        return message

    def handle_events(self) -> None:
        frames = [event for event in self.conn.events if isinstance(event, Frame)]
        if not frames or self._within_budget(frames):
            return super().handle_events()
        self.conn.events_received()  # nobody wants them
        if self.close_sent:
            return self.transport.abort()
        self.conn.send_close(CloseCode.POLICY_VIOLATION)
        self.handle_parser_exception()

    def _within_budget(self, frames: list[Frame]) -> bool:
        control = sum(frame.opcode in CTRL_OPCODES for frame in frames)
        every, controlling = self._budgets
        now = self.loop.time()
        enough = every.take(len(frames), now) and controlling.take(control, now)
        return enough and len(self.frames) + len(frames) <= MAX_FRAGMENTS
