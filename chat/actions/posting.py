"""How messages are stored: what reaches a room while a write is under way goes into one transaction.

It takes the same few queries for a hundred messages as for one. Who may write is asked under the lock of the room's
stream; what a person has sent before, known by its client id, is answered again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError
from django.utils import timezone

from realtime.people import Refusal, Unavailable
from realtime.streams import statement

from ..badges import badge_of
from ..models import Message, Room
from .refusals import refusal


class Draft(NamedTuple):
    author: int  # the primary key
    client_id: UUID
    text: str


def store(room: int, drafts: list[Draft]) -> list[Message | Refusal]:
    """For each draft its message, or why there is none. `room` is a primary key."""
    try:
        with statement([Room.stream_of(room)]):
            return _store(room, drafts)
    except IntegrityError:  # the same id in another room at the same moment, or an author who is being deleted
        if len(drafts) == 1:
            return [Unavailable()]
        return [result for draft in drafts for result in store(room, [draft])]


def _store(pk: int, drafts: list[Draft]) -> list[Message | Refusal]:
    room = Room.objects.filter(pk=pk).first()
    if room is None:
        return [refusal("not_found") for _ in drafts]
    authors = {draft.author for draft in drafts}
    sent = Message.objects.filter(author__in=authors, client_id__in={draft.client_id for draft in drafts})
    known: dict[tuple[int | None, UUID], Message | Refusal] = {
        (message.author_id, message.client_id): message if message.room_id == pk else refusal("malformed")
        for message in sent
    }
    door = Door(room, authors)
    new: list[Message] = []
    results = []
    for draft in drafts:
        key = draft.author, draft.client_id
        result = known.get(key) or door.refusal_of(draft.author)
        if result is None:
            result = known[key] = door.let_in(draft)
            new.append(result)
        results.append(result)
    if new:
        Message.post(room, new)
    return results


class Door:
    """Who of these people may write in a room now, where what they write here counts."""

    def __init__(self, room: Room, people: set[int]) -> None:
        self.room = room
        self.now = timezone.now()
        members = room.memberships.filter(user__in=people).select_related("user")
        self.members = {member.user_id: member for member in members}
        self.spoke: dict[int, datetime] = {}  # when, those who did so lately in a room that is slowed down
        if room.slow_seconds:  # by number, which has an index: little more than one message a person is that new
            before = room.messages.filter(created_at__lte=self.now - self.pause).numbers().first() or 0
            lately = room.messages.filter(number__gt=before, author__in=people).order_by("number")
            self.spoke.update(lately.values_list("author", "created_at"))

    @property
    def pause(self) -> timedelta:
        return timedelta(seconds=self.room.slow_seconds)

    def refusal_of(self, person: int) -> Refusal | None:
        member = self.members.get(person)
        if member and not member.user.is_active:
            return refusal("sign_in")
        if hindrance := self.room.hindrance_of(member, signed_in=True):
            return refusal(hindrance)
        wait = self.spoke[person] + self.pause - self.now if person in self.spoke else timedelta()
        if wait > timedelta() and member and not self.room.is_moderated_by(member.user, member):
            return refusal("slow", ceil(wait.total_seconds()))
        return None

    def let_in(self, draft: Draft) -> Message:
        if self.room.slow_seconds:
            self.spoke[draft.author] = self.now
        author = self.members[draft.author].user
        return Message(
            author=author,
            author_name=author.get_public_name(),
            author_badge=badge_of(author),
            client_id=draft.client_id,
            text=draft.text,
            created_at=self.now,
        )
