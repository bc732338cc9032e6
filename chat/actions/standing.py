"""Who asks, in which room, with which rights: asked of the database each time, for pages, sockets and actions alike."""

from __future__ import annotations

from typing import NamedTuple

from accounts.models import Person, User

from ..models import Membership, Message, Rights, Room
from .refusals import missing, refusal


class Standing(NamedTuple):
    """Somebody's place in a room that they may read. `person` is None for nobody."""

    room: Room
    person: Person
    membership: Membership | None
    rights: Rights

    @classmethod
    def of(cls, room: Room | None, person: Person) -> Standing:
        """Raises Refusal: `not_found`, also where they must not learn that it exists, or `banned`."""
        if room is None:
            raise refusal("not_found")
        membership = room.membership_of(person)
        rights = room.rights_of(person, membership)
        if not rights.read:
            raise refusal(rights.hindrance)
        return cls(room, person, membership, rights)

    @property
    def actor(self) -> User:
        """The person, who has to be somebody."""
        if self.person is None:
            raise refusal("sign_in")
        return self.person

    def message(self, pk: int) -> Message:
        message = self.room.messages.filter(pk=pk).first()
        if message is None:
            raise missing("message")
        message.room = self.room
        return message

    def subject(self, person: Person) -> User:
        """Whom a moderator acts on: not on themselves, and on other moderators only who moderates every room."""
        if not self.rights.moderate:
            raise refusal("forbidden")
        if person is None:
            raise missing("person")
        moderator = self.room.is_moderated_by(person, self.room.membership_of(person))
        if person == self.person or (moderator and not self.actor.has_perm("chat.moderate_room")):
            raise refusal("forbidden")
        return person

    def member(self, person: Person) -> Membership:
        """The same, where they have to be in the room."""
        membership = self.room.membership_of(self.subject(person))
        if membership is None:
            raise missing("member")
        return membership
