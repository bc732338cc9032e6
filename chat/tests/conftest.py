"""A room, the people in it, what they say, what they do, and their browsers."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import close_old_connections

from chat.actions.perform import carry_out
from chat.models import Membership, Message, Report, Room
from conftest import person
from realtime.hub import get_hub
from realtime.models import Stream
from realtime.people import Refusal
from realtime.tests.desk import browser_of

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
        Message.post(where, [message])
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
def members(alice: Any, bob: Any, join: Callable[..., Membership]) -> SimpleNamespace:
    """Alice is a member of the room, bob a moderator."""
    return SimpleNamespace(alice=join(alice), bob=join(bob, role=Membership.Role.MODERATOR))


@pytest.fixture
def membership(room: Room) -> Callable[[Any], Membership | None]:
    """`membership(person)`: as it is stored now; None without one."""
    return lambda person: room.memberships.filter(user=person).first()


@pytest.fixture
def do(room: Room) -> Callable[..., Any]:
    """`do(actor, kind, …)`: what the ack says, or the code of the refusal."""

    def do(actor: Any, kind: Any, where: Room = room, **fields: Any) -> Any:
        (result,) = carry_out(where.pk, [(actor.pk, kind(id=uuid4(), **fields))])
        return result.code if isinstance(result, Refusal) else result

    return do


@pytest.fixture
def report(bob: Any) -> Callable[..., Report]:
    """`report(message)`: by bob unless told otherwise."""

    def report(message: Message, reporter: Any = bob, **fields: Any) -> Report:
        return Report.objects.create(message=message, reporter=reporter, **fields)

    return report


@pytest.fixture
def alices(client, alice, join):
    """The browser of alice, a member."""
    join(alice)
    client.force_login(alice)
    return client


@pytest.fixture
def bobs(bob, join):
    """The browser of bob, a moderator."""
    join(bob, role=Membership.Role.MODERATOR)
    return browser_of(bob)


@pytest.fixture
def doras(dora):
    """The browser of dora, who is in the group Moderators, and no superuser."""
    return browser_of(dora)


@pytest.fixture
def superuser(editor):
    """The browser of the superuser."""
    return browser_of(editor)


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
