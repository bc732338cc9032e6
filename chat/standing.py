"""Who asks, in which room, with which rights: asked of the database each time, for pages, sockets and actions alike."""

from __future__ import annotations

from typing import Any, NamedTuple

from .models import Message, Rights, Room
from .personal import Membership
from .refusals import refused


class Standing(NamedTuple):
    """Of somebody who may read the room, at least. `person` is None for nobody."""

    room: Room
    person: Any
    membership: Membership | None
    rights: Rights

    @classmethod
    def of(cls, room: Room | None, person: Any) -> Standing:
        """Raises Refusal: `not_found`, also where they must not learn that it exists, or `banned`."""
        if room is None:
            raise refused("not_found")
        membership = room.membership_of(person)
        rights = room.rights_of(person, membership)
        if not rights.read:
            raise refused(rights.hindrance)
        return cls(room, person, membership, rights)

    def message(self, pk: int) -> Message:
        message = self.room.messages.filter(pk=pk).first()
        if message is None:
            raise refused("not_found")
        message.room = self.room
        return message

    def subject(self, person: Any) -> Any:
        """Whom a moderator acts on: not on themselves, and on other moderators only who moderates every room."""
        if not self.rights.moderate:
            raise refused("forbidden")
        if person is None:
            raise refused("not_found")
        moderator = self.room.is_moderated_by(person, self.room.membership_of(person))
        if person == self.person or (moderator and not self.person.has_perm("chat.moderate_room")):
            raise refused("forbidden")
        return person

    def member(self, person: Any) -> Membership:
        """The same, where they have to be in the room."""
        membership = self.room.membership_of(self.subject(person))
        if membership is None:
            raise refused("not_found")
        return membership
