"""What people do in rooms, carried out alike for sockets and forms, with the rights that they have at that moment."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError

from realtime.hub import batched, take
from realtime.limits import Rate
from realtime.people import Refusal, too_fast
from realtime.statements import statement
from realtime.text import newlines
from realtime.visible import is_empty

from . import frames
from .models import MAX_TEXT, Message, Room
from .personal import Membership
from .posting import Draft, store
from .refusals import refused
from .reports import Report
from .standing import Standing
from .unread import mark

MAX_REASON = 500  # characters
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what databases refuse

#: Of one person, beside what they may do of all together: what is work for others, and what only makes a room restless.
RATES: dict[type[frames.Frame], Rate] = {
    frames.Report: Rate(per_second=1 / 20, burst=10),
    frames.Join: Rate(per_second=1 / 5, burst=15),
    frames.Leave: Rate(per_second=1 / 5, burst=15),
    frames.Mute: Rate(per_second=1, burst=15),
    frames.Ban: Rate(per_second=1, burst=15),
    frames.Add: Rate(per_second=1, burst=15),
    frames.Remove: Rate(per_second=1, burst=15),
    frames.Role: Rate(per_second=1, burst=15),
}

log = logging.getLogger(__name__)


async def perform(room: int, person: Any, action: Any) -> dict[str, Any] | None:
    """What the ack says; None for what is not answered. Raises Refusal, and Unavailable when nobody knows."""
    if person is None:
        raise refused("sign_in")
    kind = type(action)
    if kind in RATES and (wait := take({(kind.__name__, person.pk): RATES[kind]})):
        raise too_fast(wait)
    if isinstance(action, frames.Send):
        return receipt(await batched(store, room, Draft(person.pk, UUID(action.id), written(action.text))))
    if isinstance(action, frames.Read):
        return await batched(mark, room, (person.pk, action.number))
    return await batched(carry_out, room, (person.pk, action))


def carry_out(room: int, requests: list[tuple[int, Any]]) -> list[dict[str, Any] | Exception]:
    """Each request, a person's key and an action, in a transaction of its own: one that fails spoils no other.

    Together they gain nothing, but take one thread, however many wait for the lock of the same room.
    """
    return [_attempt(room, person, action) for person, action in requests]


def _attempt(room: int, key: int, action: Any) -> dict[str, Any] | Exception:
    locked = False
    try:
        with statement([f"chat.{room}"]):
            locked = True
            person = found(pk=key, is_active=True)
            if person is None:
                raise refused("sign_in")
            standing = Standing.of(Room.objects.filter(pk=room).first(), person)
            return HANDLERS[type(action)](standing, action) or {}
    except Refusal as refusal:
        return refusal
    except DatabaseError as error:
        if not locked:  # nor will the others get the lock
            raise
        log.exception("%s failed", type(action).__name__)
        return error


def edit(standing: Standing, action: frames.Edit) -> dict[str, Any]:
    message, text = standing.message(action.message), written(action.text)
    if message.deleted:
        raise refused("not_found")
    if message.author_id != standing.person.pk:
        raise refused("not_yours")
    if standing.rights.hindrance:
        raise refused(standing.rights.hindrance)
    if text != message.text:
        message.edit(text)
    return receipt(message)


def delete(standing: Standing, action: frames.Delete) -> dict[str, Any]:
    """One's own, even if muted, unless the room is closed; a moderator any, which answers its reports."""
    message, moderates = standing.message(action.message), standing.rights.moderate
    if message.author_id != standing.person.pk and not moderates:
        raise refused("not_yours")
    if standing.room.closed and not moderates:
        raise refused("closed")
    if standing.room.messages.filter(pk=message.pk).soft_delete():
        message.refresh_from_db(fields=["version"])
    if moderates:
        message.reports.all().handle(standing.person)
    return receipt(message)


def report(standing: Standing, action: frames.Report) -> None:
    """Once; again when what a moderator has seen is no longer what it says."""
    message, reason = standing.message(action.message), clean(action.reason, MAX_REASON)
    if message.deleted:
        raise refused("not_found")
    if reason and is_empty(reason):
        raise refused("empty")
    known, new = Report.objects.get_or_create(message=message, reporter=standing.person, defaults={"reason": reason})
    if not new and known.handled_at and known.text != message.text:
        known.reopen(message.text, reason)


def mute(standing: Standing, action: frames.Mute) -> None:
    standing.room.mute(standing.member(found(pk=action.person)).user, action.minutes)


def ban(standing: Standing, action: frames.Ban) -> None:
    """Anyone, also before they come."""
    person = standing.subject(found(pk=action.person))
    (standing.room.ban if action.banned else standing.room.lift_ban)(person)


def join(standing: Standing, action: frames.Join) -> None:
    if standing.membership is None:
        if standing.room.closed:
            raise refused("closed")
        standing.room.memberships.create(user=standing.person)


def leave(standing: Standing, action: frames.Leave) -> None:
    """Not while muted, or they would come back unmuted."""
    if standing.membership and standing.membership.is_muted:
        raise refused("muted")
    if standing.membership:
        standing.membership.delete()


def add(standing: Standing, action: frames.Add) -> None:
    """Make somebody a member, also one who was banned."""
    username = clean(action.username, 150)
    standing.room.add(standing.subject(found(username=username) or found_alike(username)))


def remove(standing: Standing, action: frames.Remove) -> None:
    standing.member(found(pk=action.person)).delete()


def give_role(standing: Standing, action: frames.Role) -> None:
    membership = standing.member(found(pk=action.person))
    if action.role not in Membership.Role.values:
        raise refused("malformed")
    membership.role = action.role
    membership.save(update_fields=["role"])


HANDLERS: dict[type[frames.Frame], Callable[[Standing, Any], dict[str, Any] | None]] = {
    frames.Edit: edit,
    frames.Delete: delete,
    frames.Report: report,
    frames.Mute: mute,
    frames.Ban: ban,
    frames.Join: join,
    frames.Leave: leave,
    frames.Add: add,
    frames.Remove: remove,
    frames.Role: give_role,
}


def found(**which: Any) -> Any:
    """The person, or None."""
    return get_user_model().objects.filter(**which).first()


def found_alike(username: str) -> Any:
    """The only one who is called like that but for capitals, or None."""
    alike = list(get_user_model().objects.filter(username__iexact=username)[:2])
    return alike[0] if len(alike) == 1 else None


def receipt(message: Message) -> dict[str, Any]:
    return {"item": message.item_id, "number": message.number, "version": message.version}


def written(text: str) -> str:
    """The text of a message as it is stored: not one of which there is nothing to see."""
    text = clean(text, MAX_TEXT)
    if is_empty(text):
        raise refused("empty")
    return text


def clean(text: str, most: int) -> str:
    text = newlines(text).strip()
    if UNSTORABLE.search(text):
        raise refused("malformed")
    if len(text) > most:
        raise refused("too_long")
    return text
