"""How far people have read. Unread is a room's last number less the person's marker: no message has a row for that.

The last number is that of the latest message that is shown: one that was deleted unread leaves nothing to read.
"""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from realtime.people import user_stream
from realtime.streams import statement, wire

from .models import Marker, Membership, Mention, Message

MAX_NEW_MENTIONS = 100  # unread ones that a page starts with
LAST = Subquery(Message.objects.shown().filter(room=OuterRef("room")).numbers()[:1])  # of the room of a row


def mark(room: int, reads: list[tuple[int, int]]) -> list[None]:
    """Move markers on, never back and never beyond the last message; `reads` are people's keys and numbers.

    Who has seen the latest that is shown has read what was deleted behind it, too. Only members have a marker: to a
    visitor, nothing counts as unread.
    """
    wanted: dict[int, int] = {}
    for person, number in reads:
        wanted[person] = max(number, wanted.get(person, 0))
    with statement(()) as versions:
        members = Membership.objects.filter(room=room, banned=False, user__in=wanted)
        people = set(members.values_list("user", flat=True))
        versions.create(map(user_stream, people))
        last, shown = Message.objects.filter(room=room).numbers().first() or 0, last_number(room)
        markers = {marker.user_id: marker for marker in Marker.objects.filter(room=room, user__in=people)}
        new: list[Marker] = []
        moved: list[Marker] = []
        for person in people:
            number = last if wanted[person] >= shown else wanted[person]
            marker = markers.get(person) or Marker(room_id=room, user_id=person)
            if number > marker.number:
                marker.number = number
                (moved if marker.pk else new).append(marker)
        Marker.objects.bulk_create(new)
        Marker.objects.bulk_update(moved, ["number"])
    return [None] * len(reads)


def last_number(room: int) -> int:
    return Message.objects.shown().filter(room=room).numbers().first() or 0


def last_numbers(person: int) -> dict[int, int]:
    """The last number of each of a person's rooms."""
    return {room: last or 0 for room, last in memberships_of(person).values_list("room", LAST)}


def news(room: int, last: int) -> bytes:
    """The frame that tells of it."""
    return wire.encode({"type": "unread", "room": room, "last": last})


def unread_of(person: int) -> dict[int, dict[str, Any]]:
    """What the person's pages start with, by room: the last number, the marker, and who named them since."""
    read_to = Subquery(Marker.objects.filter(room=OuterRef("room"), user=person).values("number"))
    rows = memberships_of(person).values_list("room", LAST, read_to)
    unread: dict[int, dict[str, Any]] = {
        room: {"last": last or 0, "read": read or 0, "mentions": {}} for room, last, read in rows
    }
    for mention in Mention.objects.filter(user=person)[:MAX_NEW_MENTIONS]:
        room = unread.get(mention.room_id)
        if room and mention.number > room["read"]:
            room["mentions"][mention.item_id] = mention.number
    return unread


def memberships_of(person: int) -> QuerySet[Membership]:
    return Membership.objects.filter(user=person, banned=False).order_by()
