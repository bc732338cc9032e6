"""A board with its readers; threads with connections of their own; the hub of the running loop."""

from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from channels.testing import WebsocketCommunicator
from django.db import close_old_connections, connection
from django.db.backends.signals import connection_created
from django.test import Client

from realtime.hub import Hub, get_hub
from realtime.hub.feed import Feed
from realtime.people import Presence
from realtime.streams import commits

from .board.models import Board, Note, Seat
from .readers import Follower, until
from .seats import SeatConsumer


@pytest.fixture
def board(db: None) -> Board:
    return Board.objects.create(title="Harbour")


@pytest.fixture
def other(db: None) -> Board:
    return Board.objects.create(title="Estuary")


@pytest.fixture
def note(board: Board) -> Note:
    return board.notes.create(text="old")


@pytest.fixture
def follow() -> Callable[[str], Follower]:
    """`follow(stream)`: a reader whose page is loaded now."""

    def follow(name: str) -> Follower:
        reader = Follower(name)
        reader.load()
        return reader

    return follow


@pytest.fixture
def reader(board: Board, follow: Any) -> Follower:
    return follow(board.stream)


@pytest.fixture
def threads(transactional_db: None) -> Iterator[Callable[..., Future]]:
    """`threads(work, *args)` runs it in a thread of its own; its errors come out at the end of the test."""
    futures: list[Future] = []

    def closing(work: Callable[..., Any], *args: Any) -> Any:
        try:
            return work(*args)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:

        def start(work: Callable[..., Any], *args: Any) -> Future:
            futures.append(pool.submit(closing, work, *args))
            return futures[-1]

        yield start
    for future in futures:
        future.result()


@pytest.fixture
def announced(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, int]]:
    """What commits announce to the hub, one after another."""
    heads: list[dict[str, int]] = []
    monkeypatch.setattr(commits, "listeners", [lambda raised: heads.append(dict(raised))])
    return heads


@pytest.fixture
async def hub(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub whose clock stands still: it learns of commits by their announcement alone."""
    monkeypatch.setattr("realtime.hub.timing.TICK", 3600)
    yield get_hub()
    await get_hub().stop()


@pytest.fixture
async def ticking(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    """A hub whose seconds are short, with a heartbeat every three of them."""
    monkeypatch.setattr("realtime.hub.timing.TICK", 0.02)
    monkeypatch.setattr("realtime.streams.wire.HEARTBEAT", 3)
    yield get_hub()
    await get_hub().stop()


@pytest.fixture
async def hubs(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Hub]]:
    """Two hubs on one layer, as in two processes. They know the stream `board.1`, and need no database for it."""
    monkeypatch.setattr("realtime.hub.timing.TICK", 3600)
    monkeypatch.setitem(channel_layers.backends, "default", InMemoryChannelLayer())
    made = [Hub(), Hub()]
    for hub in made:
        feed = hub.pump.feeds["testboard.1"] = Feed("testboard.1")
        feed.start(7)
        hub.link.join(feed.name)
        hub.service(Presence)
    await until(lambda: all(hub.link._joined for hub in made))
    yield made
    for hub in made:
        await hub.stop()


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """The SQL, without its quotes, of all connections that open from now on, those of other threads included."""
    found: list[str] = []

    def record(execute: Any, sql: str, *args: Any) -> Any:
        found.append(sql.replace('"', ""))
        return execute(sql, *args)

    def watch(connection: Any, **kwargs: Any) -> None:
        if record not in connection.execute_wrappers:
            connection.execute_wrappers.append(record)

    connection_created.connect(watch)
    yield found
    connection_created.disconnect(watch)


@pytest.fixture
def members(db: None) -> Board:
    return Board.objects.create(title="members")


@pytest.fixture
def seat(members: Board, alice: Any) -> Seat:
    return Seat.objects.create(board=members, user=alice)


@pytest.fixture
def signed_in(alice: Any) -> Client:
    """alice's browser, signed in."""
    client = Client()
    client.force_login(alice)
    return client


@pytest.fixture
async def opened(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """`opened(board, client)`: an accepted socket of that browser, greeted if it may stay."""
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    sockets: list[WebsocketCommunicator] = []

    async def opened(board: Board, client: Client | None = None) -> WebsocketCommunicator:
        cookie = client.cookies["sessionid"].value if client else ""
        headers = [(b"cookie", f"sessionid={cookie}".encode())]
        socket = WebsocketCommunicator(SeatConsumer.as_asgi(), f"/{board.stream}", headers=headers)
        socket.scope["client"] = ("192.0.2.1", 50_000)
        sockets.append(socket)
        assert (await socket.connect())[0]
        return socket

    yield opened
    for socket in sockets:
        await socket.disconnect()
