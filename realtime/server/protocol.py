"""uvicorn's WebSocket protocol, paced: it takes ready-made frames, cuts readers who don't read, answers nonsense."""

from __future__ import annotations

import asyncio
from typing import Any

from websockets.frames import CloseCode

from realtime.hub.reader import EXTENSION, FrameReader

from .headers import security_headers, with_security_headers
from .pacing import PacedProtocol

BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
OTHER_VERSION = (  # RFC 6455, 4.2.2
    b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)
UNREAD_SECONDS = 10.0  # how long a reader may leave its buffer full


class FrameProtocol(PacedProtocol):
    """Announces itself in the scope, so that the hub writes each frame's bytes straight to the transport."""

    reader: FrameReader | None = None
    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._send_response = self.conn.send_response
        # What it refuses, it answers by itself.
        self.conn.send_response = self._send_with_headers  # type: ignore[method-assign]

    def _send_with_headers(self, response: Any) -> None:
        for name, value in security_headers():
            if name.decode() not in response.headers:
                response.headers[name.decode()] = value.decode()
        self._send_response(response)

    def handle_connect(self, event: Any) -> None:
        if event.headers.get_all("Sec-WebSocket-Version") != ["13"]:
            self.handshake_initiated = self.handshake_complete = self.close_sent = True
            self.transport.write(with_security_headers(OTHER_VERSION))
            return self.transport.close()
        super().handle_connect(event)
        if hasattr(self, "scope"):  # not when the handshake was refused
            self.scope["extensions"][EXTENSION] = {"protocol": self}

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.handshake_exc and not self.handshake_initiated:  # uvicorn would leave it without an answer
            self.transport.write(b"".join(self.conn.data_to_send()) or with_security_headers(BAD_REQUEST))
            self.transport.close()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not is_text(self.frames):  # uvicorn would log a traceback
            self.frames = []
            self.conn.send_close(CloseCode.INVALID_DATA)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:  # refused with a response of its own: that completes the handshake, too
            self.handshake_complete = True

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.reader:
            self.reader.full = True
        # A close frame would only queue behind what is not read.
        self._cut = self.loop.call_later(UNREAD_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        self._keep()
        super().resume_writing()
        if self.reader:
            self.reader.drained()

    def connection_lost(self, exc: Exception | None) -> None:
        self._keep()
        if self.reader:
            self.reader.closed = True
            self.reader = None
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


def is_text(parts: list[bytes]) -> bool:
    try:
        b"".join(parts).decode()
    except UnicodeDecodeError:
        return False
    return True
