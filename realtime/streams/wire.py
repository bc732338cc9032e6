"""The wire protocol, version 1 (docs/protocol.md): how frames are encoded, once for all their readers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

PROTOCOL = 1
HEARTBEAT = 20  # seconds between heartbeats
MAX_FRAME = 65_536  # bytes that a client may send in one frame
MAX_SENT = 262_144  # bytes of a frame that it is sent
MAX_ITEMS_SENT = MAX_SENT - 128  # of the items in it; the rest is for what is around them


def _plain(value: Any) -> str:
    """Safe and lazy strings as what they are to others."""
    if isinstance(value, str | Promise):
        return str.__str__(str(value))
    raise TypeError(f"{type(value).__name__} does not go into a frame")


encode = msgspec.json.Encoder(enc_hook=_plain).encode


class Close:
    """Close codes. From 4400 on they are terminal: the client stops."""

    ENDED = 1000
    RESTART = 1012
    TRY_AGAIN = 1013
    TOO_BIG = 1009
    TOO_MANY = 4029
    BAD_REQUEST = 4400
    SIGN_IN = 4401
    FORBIDDEN = 4403
    NOT_FOUND = 4404
    GONE = 4410


class Encoded(NamedTuple):
    """One item as the wire has it, `json` being the object.

    `is_own` says that it is the row whose own stream this is, such as the live blog, and `ends` that this is over.
    """

    id: str
    version: int
    json: bytes
    is_own: bool = False
    ends: bool = False


class Frame:
    """A text frame, made once however many sockets it goes to."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload

    @cached_property
    def text(self) -> str:
        return self.payload.decode()

    @cached_property
    def wire(self) -> bytes:
        """The bytes on the connection: RFC 6455, section 5.2: final, text, unmasked."""
        size = len(self.payload)
        if size < 126:
            header = bytes((0x81, size))
        elif size < 65_536:
            header = b"\x81\x7e" + size.to_bytes(2)
        else:
            header = b"\x81\x7f" + size.to_bytes(8)
        return header + self.payload


def item(id: str, version: int, position: str | None, html: str, data: dict[str, Any]) -> Encoded:
    fields = {"id": id, "version": version, "position": position, "html": html, "data": data}
    return Encoded(id, version, encode(fields))


def removed(id: str, version: int) -> Encoded:
    return Encoded(id, version, encode({"id": id, "version": version, "removed": True}))


def placeholder(id: str, version: int) -> str:
    text = _("This cannot be shown at the moment.")
    return format_html('<div id="{}" data-version="{}">{}</div>', id, version, text)


def hello(version: int) -> bytes:
    return encode({"type": "hello", "protocol": PROTOCOL, "version": version, "heartbeat": HEARTBEAT})


def changes(after: int, version: int, items: Iterable[bytes], more: bool = False) -> bytes:
    start = b'{"type":"changes","after":%d,"version":%d,' % (after, version)
    return b'%b%b"items":[%b]}' % (start, b'"more":true,' if more else b"", b",".join(items))


def reset(version: int) -> bytes:
    return encode({"type": "reset", "version": version})


def heartbeat(version: int) -> bytes:
    return encode({"type": "heartbeat", "version": version})


def ack(id: str, answer: dict[str, Any]) -> bytes:
    return encode({"type": "ack", "id": id, **answer})


def error(id: str | int | None, code: str, detail: str, retry_after: float | None = None) -> bytes:
    wait = {} if retry_after is None else {"retry_after": retry_after}
    return encode({"type": "error", "id": id, "code": code, "detail": detail, **wait})
