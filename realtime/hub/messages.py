"""What processes tell each other through the channel layer, and how it is known to be theirs.

Others may speak there too: another release, another site on the same Redis, a stranger. So what comes is taken for one
of the known messages, or for none; and what has content that readers will see is signed with a key of this site's.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Any

import msgspec
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from realtime.streams import wire

SALT = "realtime.messages"


class Message(msgspec.Struct, tag_field="type", tag=str.lower):
    """To a stream's group. Fields that it does not know are ignored: they may be of a later release."""

    stream: str


class Nudge(Message):
    """Look there: it has no content, and goes as it is."""

    head: int


class Whisper(Message):
    """A frame that nothing replays, for all who are live on the stream, except its sender's own sockets."""

    process: str
    frame: msgspec.Raw
    sender: int | str | None = None


class Present(msgspec.Struct):
    id: int | str
    fields: dict[str, Any]


class Attendance(Message, tag="presence"):
    """All who are on the stream in one process."""

    process: str
    people: list[Present]


class Sealed(msgspec.Struct):
    """A message that has content, and the proof that it is this site's."""

    body: bytes
    seal: str


class Whispered(msgspec.Struct, tag_field="type", tag=str.lower):
    """The base of the frames that are whispered: an app's own are known by being subclasses."""


def sealed(message: Message) -> dict[str, Any]:
    """As it goes through the layer."""
    if isinstance(message, Nudge):
        return msgspec.to_builtins(message)
    body = wire.encode(message)
    return {"type": "sealed", **msgspec.structs.asdict(Sealed(body, seal(body, settings.SECRET_KEY)))}


def opened(message: dict[str, Any]) -> Message:
    """As it comes from there; raises ValueError for what is none of ours."""
    if message.get("type") != "sealed":
        return msgspec.convert(message, Nudge)
    letter = msgspec.convert(message, Sealed)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(letter.seal, seal(letter.body, key)) for key in keys):
        raise ValueError("it is not signed by this site")
    return _decoder(Message).decode(letter.body)


def whispered(frame: msgspec.Raw) -> Whispered:
    return _decoder(Whispered).decode(frame)


def seal(body: bytes, secret: str) -> str:
    return salted_hmac(SALT, body, secret, algorithm="sha256").hexdigest()


@cache
def _decoder(base: type[msgspec.Struct]) -> msgspec.json.Decoder[Any]:
    """Of all kinds that there are of it; apps have been loaded by now."""
    return msgspec.json.Decoder(reduce(or_, base.__subclasses__()))
