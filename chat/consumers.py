"""Sockets of chat: a room, where people also act; and what is a person's own."""

from __future__ import annotations

from typing import Any

from accounts.models import Person, User
from realtime.hub import Gone, Rate, query_once
from realtime.people import PersonConsumer, Presence, Refusal, user_stream
from realtime.sockets import CloseSocket
from realtime.streams import Close

from .actions import frames, refusal, submit
from .badges import badge_of
from .following import Following
from .models import HIDING, Room

TYPING_RATE = Rate(per_second=2, burst=10)  # of one person, in all rooms


class RoomConsumer(PersonConsumer):
    """Who may read the room reads it; those of them who are signed in are shown as being here."""

    person: Person
    decoder = frames.decoder
    grants = frozenset({"membership"})
    room = 0  # its primary key: the socket stays with it, whatever the slug becomes
    hindrance = ""  # as of the last look

    async def stream(self) -> str:
        slug = self.scope["url_route"]["kwargs"]["slug"]
        self.room = self.room or await query_once(room_key, slug) or 0
        try:
            name, self.hindrance = await self.hub.database(admit, self.room, self.person)
        except Refusal as error:
            raise CloseSocket(Close.FORBIDDEN if error.code == "banned" else Close.NOT_FOUND) from error
        return name

    @property
    def presence(self) -> Presence:
        return self.hub.service(Presence)

    async def subscribe(self) -> None:
        presence = self.presence  # it hears who is there from before the room is read
        await super().subscribe()
        self.reply(presence.frame(self.name, self.person))
        if self.person:
            presence.enter(self.name, self.person.pk, shown(self.person), self.reader)

    def leave(self) -> None:
        self.presence.leave(self.name, self.reader)
        super().leave()

    async def perform(self, action: Any) -> dict[str, Any] | None:
        if not isinstance(action, frames.Typing):
            return await submit(self.room, self.person, action)
        if self.person and not self.hindrance and not self.reader.closed:
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
            raise CloseSocket(Close.SIGN_IN)
        if self.person.pk != self.scope["url_route"]["kwargs"]["pk"]:
            raise CloseSocket(Close.FORBIDDEN)
        return user_stream(self.person.pk)

    async def subscribe(self) -> None:
        await super().subscribe()
        self.following = Following(self.hub, self.reader)
        await self._follow()

    async def authorise(self) -> None:
        await super().authorise()
        await self._follow()

    async def _follow(self) -> None:
        if self.person and self.following:
            await self.following.update(self.person.pk)

    def leave(self) -> None:
        if self.following:
            self.following.end()
        super().leave()


def shown(person: User) -> dict[str, str]:
    """What the others in a room are told of a person: the username is what mentions go by."""
    fields = {"name": person.get_public_name(), "username": person.get_username(), "badge": badge_of(person)}
    return {name: value for name, value in fields.items() if value}


def room_key(slug: str) -> int | None:
    """The primary key behind a slug, also an old one."""
    room = Room.objects.by_slug(slug)
    return room.pk if room else None


def admit(key: int, person: Person) -> tuple[str, str]:
    """The room's stream, and what hinders the person from writing; raises Gone, and Refusal if they may not read it."""
    room = Room.objects.filter(pk=key).first()
    if room is None:
        raise Gone
    hindrance = room.hindrance_of(room.membership_of(person), signed_in=person is not None)
    if hindrance in HIDING:
        raise refusal(hindrance)
    return room.stream, hindrance
