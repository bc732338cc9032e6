"""uvicorn's WebSocket protocol, with two changes: it takes ready-made frames, and it cuts readers who don't read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from .sockets import EXTENSION

UNREAD_SECONDS = 10.0  # how long a reader may leave its buffer full


class FrameProtocol(WebSocketsSansIOProtocol):
    """Announces itself in the scope, so that the hub writes each frame's bytes straight to the transport."""

    on_writable: Callable[[], None] | None = None
    _cut: asyncio.TimerHandle | None = None

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not when the handshake was refused
            self.scope["extensions"][EXTENSION] = {"protocol": self}

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:  # refused with a response of its own: that completes the handshake, too
            self.handshake_complete = True

    def write_frame(self, wire: bytes) -> bool:
        """Write a whole frame; whether the next one may follow at once."""
        if not self.close_sent and not self.transport.is_closing():
            self.transport.write(wire)
        return self.writable.is_set()

    def pause_writing(self) -> None:
        super().pause_writing()
        # A close frame would only queue behind what is not read.
        self._cut = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._keep()
        super().resume_writing()
        if self.on_writable:
            self.on_writable()

    def connection_lost(self, exc: Exception | None) -> None:
        self._keep()
        self.on_writable = None
        super().connection_lost(exc)

    def shutdown(self) -> None:
        if self.writable.is_set():
            super().shutdown()
        else:
            self.transport.abort()

    def _keep(self) -> None:
        if self._cut:
            self._cut.cancel()
            self._cut = None
