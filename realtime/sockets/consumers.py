"""The consumer base: one socket, one stream. What it may read is asked here; the hub does the rest."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

import msgspec
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.db import Error as DatabaseError

from realtime.hub import Gone, address_key, get_hub, parse_version
from realtime.hub.reader import make_reader
from realtime.streams import Close, Frame, wire

from .routing import deny
from .shares import Shares

MAX_ERRORS = 20  # frames that a client may get wrong on one socket

#: A client's own name for an action: a UUID, in any of its forms, answered as it was sent.
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\Z")]


class Named(msgspec.Struct):
    """What is left of a frame that says nothing sensible: the id, by which its sender knows the answer."""

    id: Id | int | None = None


named = msgspec.json.Decoder(Named)

#: What decoding a stranger's text may raise; a RecursionError is from thousands of brackets.
UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)


class CloseSocket(Exception):
    """This socket may not read this stream: it is closed after it was accepted, so that browsers see the code."""

    def __init__(self, code: int) -> None:
        self.code = code


class StreamConsumer(AsyncConsumer):
    """Carries the stream that `stream()` names. One that takes frames sets `decoder`, and overrides `handle_frame`."""

    decoder: msgspec.json.Decoder[Any] | None = None
    has_items = True  # which who gets no socket has by HTTP; False of a stream on which people only hear each other

    @classmethod
    def as_asgi(cls, **initkwargs: Any) -> Any:
        """For a route: `path("_ws/live/", LiveConsumer.as_asgi())`, of which Django's types expect a view."""
        return super().as_asgi(**initkwargs)

    async def stream(self) -> str:
        """The stream's name, if this socket may read it; raises CloseSocket."""
        raise NotImplementedError

    async def handle_frame(self, frame: Any) -> None:
        """Do what a decoded frame of the client asks for."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Channels' own also waits for a layer channel, in a task of its own, and makes a thread hop for every message.
        self.scope = scope
        self.base_send = send
        self.hub = get_hub()
        self.reader = make_reader(scope, send, self.hub.readers.catch_up)
        self.reader.address = address_key((scope.get("client") or [None])[0])
        self.errors = 0
        self._shares: list[Hashable] = []  # that it has taken
        try:
            while True:
                message = await receive()
                await getattr(self, message["type"].replace(".", "_"))(message)
        except StopConsumer:
            pass
        finally:
            self.leave()

    def leave(self) -> None:
        self.hub.readers.leave(self.reader)
        for key in self._shares:
            self.hub.service(Shares).give_back(key)

    def take_share(self, key: Hashable, most: int) -> None:
        """One of the sockets that `key` may have in this process; raises CloseSocket."""
        if not self.hub.service(Shares).take(key, most):
            raise CloseSocket(Close.TOO_MANY)
        self._shares.append(key)

    async def websocket_connect(self, message: Any) -> None:
        if self.hub.draining:
            await deny(self.scope, self.base_send, 503, "This server is restarting. Try again.")
            raise StopConsumer
        await self.send({"type": "websocket.accept"})
        try:
            if self.hub.readers.full:
                raise CloseSocket(Close.TOO_MANY)
            if self.reader.address:  # of who has none, nobody can tell them apart
                self.take_share(("address", self.reader.address), settings.MAX_SOCKETS_PER_ADDRESS)
            await self.subscribe()
        except CloseSocket as error:
            self.reader.close(error.code)
        except Gone:
            self.reader.close(Close.NOT_FOUND)
        except DatabaseError as error:
            self.hub.database.report(error)
            self.reader.close(Close.TRY_AGAIN)

    async def subscribe(self) -> None:
        await self.hub.subscribe(self.reader, await self.stream(), parse_after(self.scope["query_string"]))

    async def websocket_receive(self, message: Any) -> None:
        text = message.get("text")
        if text is None:
            self.fail(None, "binary", "Send JSON in text frames.")
        elif len(text) > wire.MAX_FRAME:
            self.reader.close(Close.TOO_BIG)
        elif self.decoder is None:
            self.fail(id_of(text), "read_only", "This socket takes no frames.")
        else:
            try:
                frame = self.decoder.decode(text)
            except UNREADABLE as error:
                self.fail(id_of(text), "malformed", str(error))
            else:
                await self.handle_frame(frame)

    async def websocket_disconnect(self, message: Any) -> None:
        raise StopConsumer

    def reply(self, payload: bytes) -> None:
        """Send a frame that belongs to no stream; to a reader who does not read, it is lost."""
        if not self.reader.full:
            self.reader.write(Frame(payload))

    def fail(self, id: str | int | None, code: str, detail: str) -> None:
        """Answer a frame with an error; who goes on sending such frames is shown out."""
        self.errors += 1
        if self.errors > MAX_ERRORS:
            self.reader.close(Close.BAD_REQUEST)
        else:
            self.reply(wire.error(id, code, detail))


class Ping(msgspec.Struct):
    type: Literal["ping"]
    id: str | int | None = None


class CheckConsumer(StreamConsumer):
    """The connection check: says hello, answers `{"type":"ping","id":…}` with the same id."""

    decoder = msgspec.json.Decoder(Ping)
    has_items = False

    async def subscribe(self) -> None:
        self.hub.readers.enter(self.reader, None)

    async def handle_frame(self, frame: Ping) -> None:
        self.reply(wire.encode({"type": "pong", "id": frame.id}))


def id_of(text: str) -> str | int | None:
    """The id of a frame that was not understood, if that much of it can be read."""
    try:
        return named.decode(text).id
    except UNREADABLE:
        return None


def parse_after(query: bytes) -> int | None:
    """The cursor of a query string, the last one as Django has it; None without one."""
    values = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("after")
    return parse_version(values[-1]) if values else None
