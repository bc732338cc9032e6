"""What a connection may ask for, and how long it may take: HTTP as uvicorn speaks it, within bounds.

One request of a connection is read at a time, and while it is answered nothing more is taken from the network: what a
client sends ahead stays with it. Lines, heads and bodies have a size, and a time to arrive in.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .headers import with_security_headers
from .uploads import largest_body

MAX_LINE = 8_192  # bytes of the request line, and of one header
MAX_HEAD = 65_536  # bytes of them all
MAX_HEADERS = 100
HEAD_SECONDS = 10.0  # from the start of a connection, or the first byte of a request, to the end of its head
BODY_SECONDS = 20.0  # in which a body makes some progress …
BODY_RATE = 1_024  # … of so many bytes a second
UNREAD_SECONDS = 20.0  # that a client may take nothing of its answer
LINGER_SECONDS = 2.0  # in which a client that is refused may finish sending, so that it reads why
MAX_UNASKED = 500  # connections that have not asked for anything yet: of more, the oldest goes
SLICE = 4_096  # bytes of a body whose end nobody knows, fed at once
ABSOLUTE = re.compile(rb"(?:http|ws)s?://([^/?]*)", re.IGNORECASE)  # how a target begins that names the host as well

#: The connections of each server that have not asked for anything yet, oldest first.
_unasked: WeakKeyDictionary[Any, OrderedDict[BoundedProtocol, None]] = WeakKeyDictionary()


class Flow(FlowControl):
    """Reading goes on when the application asks for more, but not while there is a next request to hold back."""

    def __init__(self, protocol: BoundedProtocol) -> None:
        super().__init__(protocol.transport)
        self._protocol = protocol

    def resume_reading(self) -> None:
        if not self._protocol.holds_back:
            super().resume_reading()


class BoundedProtocol(HttpToolsProtocol):
    """Feeds uvicorn's parser piece by piece, and never beyond the end of the request that is being read."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.flow = Flow(self)
        self._unread = bytearray()  # came, and was not parsed yet
        self._refused = self._ahead = False
        self._timer: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._expect_request()
        self._within(HEAD_SECONDS, self._too_slow)
        waiting = _unasked.setdefault(self.server_state, OrderedDict())
        waiting[self] = None
        if len(waiting) > MAX_UNASKED:
            oldest, _ = waiting.popitem(last=False)
            oldest.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._asked()
        self._in_time()
        self._moving()
        super().connection_lost(exc)

    def _asked(self) -> None:
        _unasked.get(self.server_state, OrderedDict()).pop(self, None)

    # What comes in.

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return  # it may finish, and nobody listens
        if self._head_size == 0 and self._body_left is None and not self._unread and not self._timer:
            self._within(HEAD_SECONDS, self._too_slow)
        self._unset_keepalive_if_required()
        self._unread += data
        self._parse()

    @property
    def holds_back(self) -> bool:
        return self._complete and bool(self._unread)

    def _parse(self) -> None:
        while self._unread and not self._refused and not self.transport.is_closing():
            if self._complete:  # the rest is for later, when this one is answered
                return self.flow.pause_reading()
            piece = self._head_piece() if self._body_left is None else self._body_piece()
            if not piece:
                return self._refuse(400)
            if not self._refused:
                super().data_received(piece)
            if self.transport.get_protocol() is not self:
                return self._in_time()  # it is a WebSocket now
        if not self._refused:
            self.flow.resume_reading()

    def _expect_request(self) -> None:
        self._head_size = self._line_size = self._lines = 0
        self._tail = b""  # the last bytes of the head so far, in which its end may have begun
        self._body_left: int | None = None  # None while in the head; below zero when nobody knows
        self._body_size = self._body_before = 0
        self._complete = False

    def _head_piece(self) -> bytes:
        """What came of a head, up to the empty line that ends it."""
        window = self._tail + self._unread
        end = window.find(b"\r\n\r\n")
        piece = self._take(len(self._unread) if end < 0 else end + 4 - len(self._tail))
        self._tail = (self._tail + piece)[-3:]
        self._head_size += len(piece)
        for line in piece.splitlines(keepends=True):
            self._line_size += len(line)
            if self._line_size > MAX_LINE:
                self._refuse(431 if self._lines else 414)
                break
            if line.endswith(b"\n"):
                self._lines += bool(self._lines or self._line_size > 2)  # empty ones may come before a request
                self._line_size = 0
        if self._head_size > MAX_HEAD or self._lines > MAX_HEADERS + 2:
            self._refuse(431)
        return piece

    def _body_piece(self) -> bytes:
        known = self._body_left is not None and self._body_left >= 0
        piece = self._take(self._body_left or 0 if known else SLICE)
        self._body_size += len(piece)
        if known:
            self._body_left = (self._body_left or 0) - len(piece)
        elif self._body_size > 2 * self._limit:  # chunks of a few bytes take several times as many to send
            self._refuse(413)
        return piece

    def _take(self, size: int) -> bytes:
        piece = bytes(self._unread[:size])
        del self._unread[:size]
        return piece

    # What the parser finds in it. Of what may follow a chunked body in the same piece, it tells too: nobody listens.

    def on_message_begin(self) -> None:
        self._ahead = self._complete
        if not self._ahead:
            super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._ahead:
            super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._ahead:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._ahead:
            return
        self._asked()
        self._in_time()
        self._use_origin_form()
        headers = dict(self.headers)
        chunked = b"transfer-encoding" in headers
        self._body_left = -1 if chunked else int(headers.get(b"content-length", 0))
        self._limit = largest_body(self.url.decode("latin-1"))
        if self._body_left > self._limit:
            return self._refuse(413)
        super().on_headers_complete()
        if self.cycle and chunked:
            self.cycle.keep_alive = False  # where it ends is the end of what is read
        if self._body_left:
            self._within(BODY_SECONDS, self._look_at_body)

    def _use_origin_form(self) -> None:
        """Pages and sockets know paths. The host that a target names is the one that counts: RFC 9112, 3.2.2."""
        if match := ABSOLUTE.match(self.url):
            rest = self.url[match.end() :]
            self.url = rest if rest.startswith(b"/") else b"/" + rest
            self.headers[:] = [(b"host", match[1]), *(field for field in self.headers if field[0] != b"host")]

    def on_body(self, body: bytes) -> None:
        if not self._ahead and not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._ahead and not self._refused:
            self._complete = True
            self._in_time()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if not self._complete:  # answered before it was read to its end
            return self._linger()
        self._expect_request()
        if self._unread:
            self._unset_keepalive_if_required()
            self._within(HEAD_SECONDS, self._too_slow)
            self.loop.call_soon(self._parse)

    # What takes too long.

    def _within(self, seconds: float, otherwise: Any) -> None:
        self._in_time()
        self._timer = self.loop.call_later(seconds, otherwise)

    def _in_time(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._refuse(408) if self._head_size else self.transport.abort()

    def _look_at_body(self) -> None:
        """Each time, as much must have come as a slow line brings; unless we were the ones who did not read."""
        if not self.flow.read_paused and self._body_size - self._body_before < BODY_RATE * BODY_SECONDS:
            return self._refuse(408)
        self._body_before = self._body_size
        self._within(BODY_SECONDS, self._look_at_body)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look_at_answer(-1)

    def resume_writing(self) -> None:
        self._moving()
        super().resume_writing()

    def _look_at_answer(self, before: int) -> None:
        left = self.transport.get_write_buffer_size()
        if left == before:
            self.transport.abort()
        else:
            self._stalled = self.loop.call_later(UNREAD_SECONDS, self._look_at_answer, left)

    def _moving(self) -> None:
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    # The end.

    def send_400_response(self, msg: str) -> None:
        """To what the parser does not understand."""
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        """Answer with a status, and read no more."""
        if self._refused or self.transport.is_closing():
            return
        if self.cycle and not self.cycle.response_complete:
            if self.cycle.response_started:
                return self.transport.abort()
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        answer = STATUS_LINE[status] + b"Connection: close\r\nContent-Length: 0\r\n\r\n"
        self.transport.write(with_security_headers(answer))
        self._linger()

    def _linger(self) -> None:
        """Close, but not under the hands of who is still sending: they would lose the answer with the connection."""
        self._refused = True
        self._unread.clear()
        self._unset_keepalive_if_required()
        self.transport.write_eof()
        self.flow.resume_reading()
        self._within(LINGER_SECONDS, self.transport.abort)
