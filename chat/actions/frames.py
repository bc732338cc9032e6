"""What clients ask for: the frames of a socket, and the same as the fields of a form (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, get_args
from uuid import uuid4

import msgspec
from msgspec import Meta

from realtime.hub import Whispered
from realtime.sockets import Id

from .refusals import refusal

Key = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Number = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Minutes = Annotated[int, Meta(ge=0, le=366 * 24 * 60)]


class Action(msgspec.Struct, tag_field="type", tag=str.lower):
    """What somebody asks for. Fields that it does not know are ignored: clients of a later release may send more."""


class Answered(Action):
    """`id` is the client's own: the ack or error names it."""

    id: Id


class Send(Answered):
    text: str


class Edit(Answered):
    message: Key
    text: str


class Delete(Answered):
    message: Key


class ReportMessage(Answered, tag="report"):
    message: Key
    reason: str = ""


class Mute(Answered):
    """0 minutes: let them speak again."""

    person: Key
    minutes: Minutes


class Ban(Answered):
    person: Key
    banned: bool


class Join(Answered):
    pass


class Leave(Answered):
    pass


class Add(Answered):
    username: str


class Remove(Answered):
    person: Key


class Role(Answered):
    """`member` or `moderator`."""

    person: Key
    role: str


class Typing(Action):
    pass


class Read(Action):
    """Up to the message of that number."""

    number: Number


class Typist(Whispered, tag="typing"):
    """What the others are told of it."""

    person: int
    name: str


Shared = Send | Edit | Delete | ReportMessage | Mute | Ban | Read
decoder = msgspec.json.Decoder(Shared | Typing)

BY_FORM = {kind.__struct_config__.tag: kind for kind in (*get_args(Shared), Join, Leave, Add, Remove, Role)}


def from_form(fields: Mapping[str, Any]) -> Action:
    """The action that a form asks for: by its `type`, of whose fields it may have more than the action needs."""
    kind = BY_FORM.get(fields.get("type", ""))
    if kind is None:
        raise refusal("malformed")
    given = {name: fields[name] for name in kind.__struct_fields__ if name in fields}
    if "id" in kind.__struct_fields__ and kind is not Send:  # a repeat without its id would be stored twice
        given.setdefault("id", str(uuid4()))
    try:
        return msgspec.convert({"type": fields["type"], **given}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise refusal("malformed") from error
