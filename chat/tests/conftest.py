"""A room, the people in it, and what they say."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from chat.models import Membership, Message, Room
from conftest import person
from realtime.models import Stream


@pytest.fixture
def room(db):
    """A public room."""
    return Room.objects.create(name="Lobby", slug="lobby", topic="Anything goes.")


@pytest.fixture
def private(db):
    return Room.objects.create(name="Back room", slug="back-room", access=Room.Access.PRIVATE)


@pytest.fixture
def join(room: Room) -> Callable[..., Membership]:
    """`join(person)`: makes somebody a member of the room, or of another one; fields such as `role` or `banned`."""

    def join(user: Any, **fields: Any) -> Membership:
        return Membership.objects.create(**{"room": room, "user": user, **fields})

    return join


@pytest.fixture
def say(room: Room, alice: Any) -> Callable[..., Message]:
    """`say(text)`: a message in the room, by alice unless told otherwise, as it is stored."""

    def say(text: str = "Hello, everyone.", **fields: Any) -> Message:
        where = fields.pop("room", room)
        message = Message(**{"author": alice, "client_id": uuid4(), "text": text, **fields})
        message.author_name = message.author_name or (message.author.get_public_name() if message.author else "")
        where.receive([message])
        return message

    return say


@pytest.fixture
def dora(db):
    """Staff, in the group Moderators, and no more than that."""
    dora = person("dora", "Dora Spenlow", is_staff=True)
    dora.groups.add(Group.objects.get(name="Moderators"))
    return dora


@pytest.fixture
def head() -> Callable[[str], int]:
    """`head(stream)`: the version of its latest change; 0 as long as there is none."""
    return lambda stream: next(iter(Stream.objects.filter(name=stream).values_list("head", flat=True)), 0)
