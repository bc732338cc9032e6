"""What people do in rooms, carried out alike for sockets and forms, with the rights that they have at that moment."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError

from accounts.models import Person
from realtime.hub import Rate, take
from realtime.people import Refusal, TooFast, batched
from realtime.streams import statement
from realtime.text import is_empty, newlines

from ..models import MAX_TEXT, Membership, Message, Report, Room
from ..unread import mark
from . import frames
from .posting import Draft, store
from .refusals import missing, refusal
from .standing import Standing

MAX_REASON = 500  # characters
UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # what databases refuse

#: Of one person, beside what they may do of all together: what is work for others, and what only makes a room restless.
RATES: dict[type[frames.Action], Rate] = {
    frames.ReportMessage: Rate(per_second=1 / 20, burst=10),
    frames.Join: Rate(per_second=1 / 5, burst=15),
    frames.Leave: Rate(per_second=1 / 5, burst=15),
    frames.Mute: Rate(per_second=1, burst=15),
    frames.Ban: Rate(per_second=1, burst=15),
    frames.Add: Rate(per_second=1, burst=15),
    frames.Remove: Rate(per_second=1, burst=15),
    frames.Role: Rate(per_second=1, burst=15),
}

log = logging.getLogger(__name__)


async def submit(room: int, person: Person, action: frames.Action) -> dict[str, Any] | None:
    """Have an action carried out, together with others in that room: what its ack says, None for what has none.

    Raises Refusal.
    """
    if person is None:
        raise refusal("sign_in")
    kind = type(action)
    if kind in RATES and (wait := take({(kind.__name__, person.pk): RATES[kind]})):
        raise TooFast(wait)
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
        with statement([Room.stream_of(room)]):
            locked = True
            person = found(pk=key, is_active=True)
            if person is None:
                raise refusal("sign_in")
            standing = Standing.of(Room.objects.filter(pk=room).first(), person)
            return HANDLERS[type(action)](standing, action) or {}
    except Refusal as declined:
        return declined
    except DatabaseError as error:
        if not locked:  # nor will the others get the lock
            raise
        log.exception("%s failed", type(action).__name__)
        return error


def edit(standing: Standing, action: frames.Edit) -> dict[str, Any]:
    message, text = standing.message(action.message), written(action.text)
    if message.deleted:
        raise missing("message")
    if message.author_id != standing.actor.pk:
        raise refusal("not_yours")
    if standing.rights.hindrance:
        raise refusal(standing.rights.hindrance)
    if text != message.text:
        message.edit(text)
    return receipt(message)


def delete(standing: Standing, action: frames.Delete) -> dict[str, Any]:
    """One's own, even if muted, unless the room is closed; a moderator any, which answers its reports."""
    message, moderates = standing.message(action.message), standing.rights.moderate
    if message.author_id != standing.actor.pk and not moderates:
        raise refusal("not_yours")
    if standing.room.closed and not moderates:
        raise refusal("closed")
    if standing.room.messages.filter(pk=message.pk).soft_delete():
        message.refresh_from_db(fields=["version"])
    if moderates:
        message.reports.all().handle(standing.actor)
    return receipt(message)


def report(standing: Standing, action: frames.ReportMessage) -> None:
    """Once; again when what a moderator has seen is no longer what it says."""
    message, reason = standing.message(action.message), clean(action.reason, MAX_REASON)
    if message.deleted:
        raise missing("message")
    if reason and is_empty(reason):
        raise refusal("empty")
    known, new = Report.objects.get_or_create(message=message, reporter=standing.actor, defaults={"reason": reason})
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
            raise refusal("closed")
        standing.room.memberships.create(user=standing.actor)


def leave(standing: Standing, action: frames.Leave) -> None:
    """Not while muted, or they would come back unmuted."""
    if standing.membership and standing.membership.is_muted:
        raise refusal("muted")
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
        raise refusal("malformed")
    membership.role = action.role
    membership.save(update_fields=["role"])


HANDLERS: dict[type[frames.Action], Callable[[Standing, Any], dict[str, Any] | None]] = {
    frames.Edit: edit,
    frames.Delete: delete,
    frames.ReportMessage: report,
    frames.Mute: mute,
    frames.Ban: ban,
    frames.Join: join,
    frames.Leave: leave,
    frames.Add: add,
    frames.Remove: remove,
    frames.Role: give_role,
}


def found(**which: Any) -> Person:
    """The person, or None."""
    return get_user_model().objects.filter(**which).first()


def found_alike(username: str) -> Person:
    """The only one who is called like that but for capitals, or None."""
    alike = list(get_user_model().objects.filter(username__iexact=username)[:2])
    return alike[0] if len(alike) == 1 else None


def receipt(message: Message) -> dict[str, Any]:
    return {"item": message.item_id, "number": message.number, "version": message.version}


def written(text: str) -> str:
    """The text of a message as it is stored: not one of which there is nothing to see."""
    text = clean(text, MAX_TEXT)
    if is_empty(text):
        raise refusal("empty")
    return text


def clean(text: str, most: int) -> str:
    text = newlines(text).strip()
    if UNSTORABLE.search(text):
        raise refusal("malformed")
    if len(text) > most:
        raise refusal("too_long")
    return text
