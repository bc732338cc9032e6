"""The consumer base: one socket, one stream. What it may read is asked here; the hub does the rest."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

import msgspec
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.db import Error as DatabaseError

from . import wire
from .hub import Gone, get_hub
from .limits import address_key
from .routing import refuse
from .sockets import make_socket
from .wire import Close, Frame

MALFORMED = -1  # a cursor below every version: it gets a reset
MAX_ERRORS = 20  # frames that a client may get wrong on one socket

#: A client's own name for an action: a UUID, in any of its forms, answered as it was sent.
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\Z")]


class Named(msgspec.Struct):
    """What is left of a frame that says nothing sensible: the id, by which its sender knows the answer."""

    id: Id | int | None = None


named = msgspec.json.Decoder(Named)

#: What decoding a stranger's text may raise; a RecursionError is from thousands of brackets.
UNREADABLE = (msgspec.DecodeError, UnicodeEncodeError, RecursionError)


class Refused(Exception):
    """This socket may not read this stream: closed with a code after it was accepted, so that browsers see it."""

    def __init__(self, code: int) -> None:
        self.code = code


class StreamConsumer(AsyncConsumer):
    """Carries the stream that `stream()` names. A consumer that takes frames sets `decoder` and overrides `act`."""

    decoder: msgspec.json.Decoder[Any] | None = None

    async def stream(self) -> str:
        """The stream's name, if this socket may read it; raises Refused."""
        raise NotImplementedError

    async def act(self, action: Any) -> None:
        """Carry out a decoded frame of the client."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # Channels' own also waits for a layer channel, in a task of its own, and makes a thread hop for every message.
        self.scope = scope
        self.base_send = send
        self.hub = get_hub()
        self.socket = make_socket(scope, send, self.hub.catch_up)
        self.errors = 0
        self.socket.address = address_key((scope.get("client") or [None])[0])
        self.counted = False  # among the sockets of its address
        try:
            while True:
                message = await receive()
                await getattr(self, message["type"].replace(".", "_"))(message)
        except StopConsumer:
            pass
        finally:
            self.leave()

    def leave(self) -> None:
        self.hub.leave(self.socket)
        if self.counted:
            self.hub.addresses[self.socket.address] -= 1
            if not self.hub.addresses[self.socket.address]:
                del self.hub.addresses[self.socket.address]

    async def websocket_connect(self, message: Any) -> None:
        if self.hub.draining:
            await refuse(self.scope, self.base_send, 503, "This server is restarting. Try again.")
            raise StopConsumer
        await self.send({"type": "websocket.accept"})
        if self.hub.full or self.hub.has_its_share(self.socket.address):
            return self.socket.close(Close.TOO_MANY)
        self.counted = True
        self.hub.addresses[self.socket.address] += 1
        try:
            await self.subscribe()
        except Refused as refused:
            self.socket.close(refused.code)
        except Gone:
            self.socket.close(Close.NOT_FOUND)
        except DatabaseError as error:
            self.hub.database.report(error)
            self.socket.close(Close.TRY_AGAIN)

    async def subscribe(self) -> None:
        await self.hub.subscribe(self.socket, await self.stream(), parse_after(self.scope["query_string"]))

    async def websocket_receive(self, message: Any) -> None:
        text = message.get("text")
        if text is None:
            self.fail(None, "binary", "Send JSON in text frames.")
        elif len(text) > wire.MAX_FRAME:
            self.socket.close(Close.TOO_BIG)
        elif self.decoder is None:
            self.fail(id_of(text), "read_only", "This socket takes no frames.")
        else:
            try:
                action = self.decoder.decode(text)
            except UNREADABLE as error:
                self.fail(id_of(text), "malformed", str(error))
            else:
                await self.act(action)

    async def websocket_disconnect(self, message: Any) -> None:
        raise StopConsumer

    def reply(self, payload: bytes) -> None:
        """Send a frame that belongs to no stream; to a reader who does not read, it is lost."""
        if self.socket.writable:
            self.socket.write(Frame(payload))

    def fail(self, id: str | int | None, code: str, detail: str) -> None:
        """Answer a frame with an error; who goes on sending such frames is shown out."""
        self.errors += 1
        if self.errors > MAX_ERRORS:
            self.socket.close(Close.BAD_REQUEST)
        else:
            self.reply(wire.error(id, code, detail))


class Ping(msgspec.Struct):
    type: Literal["ping"]
    id: str | int | None = None


class CheckConsumer(StreamConsumer):
    """The connection check: says hello, answers `{"type":"ping","id":…}` with the same id."""

    decoder = msgspec.json.Decoder(Ping)

    async def subscribe(self) -> None:
        self.hub.greet(self.socket)

    async def act(self, action: Ping) -> None:
        self.reply(wire.encode({"type": "pong", "id": action.id}))


def id_of(text: str) -> str | int | None:
    """The id of a frame that was not understood, if that much of it can be read."""
    try:
        return named.decode(text).id
    except UNREADABLE:
        return None


def parse_after(query: bytes) -> int | None:
    """The cursor of a query string, the last one as Django has it: None without one, MALFORMED if it is no version."""
    values = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("after")
    return parse_version(values[-1]) if values else None


def parse_version(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,16}", text) else MALFORMED
