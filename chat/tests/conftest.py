"""A room, the people in it, and what they say."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import close_old_connections

from chat.models import Message, Room
from chat.personal import Membership
from conftest import person
from realtime.hub import get_hub
from realtime.models import Stream

from .tabs import Tab, cookies_of, write


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
def clara(db):
    return person("clara", "Clara Peggotty")


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


@pytest.fixture
async def connect(transactional_db, monkeypatch):
    """`await connect(path, person, then)`: a socket of that person's, or of nobody's, that may be closed at once.

    `then` is what happens after they have signed in.
    """
    # Channels' communicator keeps every thread's connections open, for tests that run in one transaction.
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    opened = []

    async def connect(path: str, person: Any = None, then: Callable[[], None] | None = None) -> Tab:
        opened.append(Tab(path, await write(cookies_of, person) if person else b""))
        if then:
            await write(then)
        await opened[-1].connect()
        return opened[-1]

    yield connect
    try:
        for tab in opened:
            await tab.socket.disconnect()
    finally:
        await get_hub().stop()


@pytest.fixture
def open_tab(connect):
    """The same, for who may read: it has been greeted, and misses nothing from now on."""

    async def open_tab(path: str, person: Any = None) -> Tab:
        tab = await connect(path, person)
        tab.hello = await tab.frame("hello")
        return tab

    return open_tab
