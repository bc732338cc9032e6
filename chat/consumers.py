"""Sockets of chat: a room, where people also act; and what is a person's own."""

from __future__ import annotations

from typing import Any

from realtime.consumers import Refused
from realtime.hub import Gone, query_once
from realtime.limits import Rate
from realtime.people import PersonConsumer, Refusal
from realtime.revocation import stream_of
from realtime.wire import Close

from . import actions, frames
from .badges import badge_of
from .following import Following
from .models import HIDING, Room
from .refusals import refused

TYPING_RATE = Rate(per_second=2, burst=10)  # of one person, in all rooms


class RoomConsumer(PersonConsumer):
    """Who may read the room reads it; those of them who are signed in are shown as being here."""

    decoder = frames.decoder
    grants = frozenset({"membership"})
    room = 0  # its primary key: the socket stays with it, whatever the slug becomes
    hindrance = ""  # as of the last look

    async def stream(self) -> str:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.room = self.room or await query_once(room_key, slug) or 0
        try:
            name, self.hindrance = await self.hub.database(admit, self.room, self.person)
        except Refusal as refusal:
            raise Refused(Close.FORBIDDEN if refusal.code == "banned" else Close.NOT_FOUND) from refusal
        return name

    async def subscribe(self) -> None:
        await super().subscribe()
        self.reply(self.hub.presence.frame(self.name, self.person))
        if self.person:
            self.hub.presence.enter(self.name, self.person.pk, shown(self.person), self.socket)

    def leave(self) -> None:
        self.hub.presence.leave(self.name, self.socket)
        super().leave()

    async def perform(self, action: Any) -> dict[str, Any] | None:
        if not isinstance(action, frames.Typing):
            return await actions.perform(self.room, self.person, action)
        if not self.hindrance and not self.socket.closed:
            key = self.person.pk
            self.hub.whisper(self.name, frames.Typist(key, self.person.get_public_name()), sender=key)
        return None

    def budget(self, action: Any) -> dict[Any, Rate]:
        """Who types has not sent anything yet."""
        if isinstance(action, frames.Typing) and self.person:
            return {("typing", self.person.pk): TYPING_RATE}
        return super().budget(action)


class UserConsumer(PersonConsumer):
    """A person's memberships, markers and mentions, and how far each of their rooms has come."""

    grants = frozenset({"membership"})
    following: Following | None = None

    async def stream(self) -> str:
        if self.person is None:
            raise Refused(Close.SIGN_IN)
        if self.person.pk != self.scope["url_route"]["kwargs"]["pk"]:
            raise Refused(Close.FORBIDDEN)
        return stream_of(self.person.pk)

    async def subscribe(self) -> None:
        await super().subscribe()
        self.following = Following(self.hub, self.socket)
        await self.following.update(self.person.pk)

    async def authorise(self) -> None:
        await super().authorise()
        if self.following:
            await self.following.update(self.person.pk)

    def leave(self) -> None:
        if self.following:
            self.following.end()
        super().leave()


def shown(person: Any) -> dict[str, str]:
    """What the others in a room are told of a person: the username is what mentions go by."""
    fields = {"name": person.get_public_name(), "username": person.get_username(), "badge": badge_of(person)}
    return {name: value for name, value in fields.items() if value}


def room_key(slug: str) -> int | None:
    """The primary key behind a slug, also an old one."""
    room = Room.objects.by_slug(slug)
    return room.pk if room else None


def admit(key: int, person: Any) -> tuple[str, str]:
    """The room's stream, and what hinders the person from writing; raises Gone, and Refusal if they may not read it."""
    room = Room.objects.filter(pk=key).first()
    if room is None:
        raise Gone
    hindrance = room.hindrance_of(person, room.membership_of(person))
    if hindrance in HIDING:
        raise refused(hindrance)
    return room.stream, hindrance
