"""Fifty people write at once, and a server is killed under them: what was acknowledged is there, once, for everyone."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from realtime.hub.threads import THREADS

from .members import Member, refused, status
from .readers import reading, until
from .servers import Server, Site
from .writer import Writer

PEOPLE = 50
EACH = 6  # messages of a person
AT_ONCE = 0.5  # seconds
ADDRESSES = (f"127.0.1.{number}" for number in itertools.count(1))  # for everyone their own, as in life


@pytest.fixture(scope="module")
def database(postgres: str) -> str:
    """The URL of a migrated PostgreSQL database."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE DATABASE storm")
    url = postgres.rpartition("/")[0] + "/storm"
    Site(Path("/nonexistent"), DATABASE_URL=url).manage("migrate", "--verbosity", "0")
    return url


@pytest.fixture
def site(request: pytest.FixtureRequest, site: Site) -> Site:
    """With PostgreSQL and Redis, unless it is told to stay with SQLite."""
    if getattr(request, "param", "") != "sqlite":
        redis, database = request.getfixturevalue("redis"), request.getfixturevalue("database")
        site.env |= {"REDIS_URL": redis.url, "DATABASE_URL": database}
    return site


def enter(write: Writer, room: str, *servers: Server, count: int = 1) -> list[Member]:
    """New members of a new room, each by a tab at one of the servers in turn."""
    write("open", room=room)
    names = [f"{room}-{number}" for number in range(count)]
    people = write("join", room=room, people=names)["people"].values()
    return [
        Member(server, f"/_ws/chat/{room}", person["cookie"], local_addr=(next(ADDRESSES), 0))
        for person, server in zip(people, itertools.cycle(servers), strict=False)
    ]


async def storm(members: list[Member], fall: Callable[[], Awaitable[None]]) -> None:
    """Everyone writes, each the next message when the last one was acknowledged; then a server falls."""

    async def talk(number: int, member: Member) -> None:
        for count in range(EACH):
            await member.say(f"{number}: {count}")

    async with reading(*members):
        talking = [asyncio.create_task(talk(number, member)) for number, member in enumerate(members)]
        await until(lambda: sum(len(member.acks) for member in members) > PEOPLE * EACH / 3, what="a third of the acks")
        await fall()
        await asyncio.gather(*talking)
        await until(lambda: all(len(member.messages) == PEOPLE * EACH for member in members), what="the last message")


def check(members: list[Member], stored: list[list]) -> None:
    """All that was said is stored, each message once, and everyone has it."""
    assert [number for _, number, *_ in stored] == list(range(1, PEOPLE * EACH + 1))
    said = {f"{number}: {count}" for number in range(PEOPLE) for count in range(EACH)}
    assert {text for *_, text, _ in stored} == said
    for member in members:
        assert len(member.acks) == EACH
        member.check_messages(stored)
    assert sum(sum(member.sent.values()) for member in members) > len(said)  # some had to be sent again


async def test_a_killed_process_loses_no_acknowledged_message_and_doubles_none(site: Site, write: Writer) -> None:
    here, there = site.start(), site.start()
    members = enter(write, "storm", here, there, count=PEOPLE)

    async def fall() -> None:
        for member in members:
            member.server = there
        here.kill()

    await storm(members, fall)
    check(members, write("messages", room="storm")["messages"])
    assert [member.connections for member in members] == [2, 1] * (PEOPLE // 2)
    assert "Traceback" not in there.output()


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
async def test_with_sqlite_a_server_that_is_killed_and_started_again_keeps_them_too(site: Site, write: Writer) -> None:
    server = site.start()
    members = enter(write, "storm", server, count=PEOPLE)

    async def fall() -> None:
        server.kill()
        await asyncio.to_thread(site.start, port=server.port)

    await storm(members, fall)
    check(members, write("messages", room="storm")["messages"])
    assert all(member.connections == 2 for member in members)
    assert not any("Traceback" in process.output() for process in site.processes)


@contextlib.contextmanager
def held(database: str, room: str) -> Iterator[Callable[[], int]]:
    """The lock of a room's stream is held by another's transaction: yields how many transactions wait for it."""
    with psycopg.connect(database) as holder, psycopg.connect(database, autocommit=True) as observer:
        name = "'chat.' || (SELECT id FROM chat_room WHERE slug = %s)"
        rows = holder.execute(f"SELECT 1 FROM realtime_stream WHERE name = {name} FOR UPDATE", [room])
        assert len(rows.fetchall()) == 1

        def waiting() -> int:
            rows = observer.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return len(rows.fetchall())

        yield waiting


async def test_the_same_id_from_two_processes_at_once_is_stored_once(site: Site, write: Writer, database: str) -> None:
    here, there = site.start(), site.start()
    (first,) = enter(write, "once", here)
    second = Member(there, first.path, first.cookie)
    id = str(uuid4())
    async with reading(first, second):
        with held(database, "once") as waiting:
            answers = [asyncio.create_task(member.do("send", id=id, text="Once.")) for member in (first, second)]
            await until(lambda: waiting() == 2, what="both writes")
        await asyncio.gather(*answers)
        await until(lambda: first.messages and second.messages)
    stored = write("messages", room="once")["messages"]
    assert len(stored) == 1
    assert first.acks == second.acks
    for member in first, second:
        member.check_messages(stored)


async def test_who_writes_too_fast_waits_and_loses_nothing(site: Site, write: Writer) -> None:
    many = 44  # 20 at once, then 4 a second
    (member,) = enter(write, "haste", site.start())
    async with reading(member):
        await asyncio.gather(*(member.say(f"{number}") for number in range(many)))
        await until(lambda: len(member.messages) == many, 60)
    assert sum(member.sent.values()) > many
    member.check_messages(write("messages", room="haste")["messages"])


async def test_a_room_whose_writes_are_stuck_stalls_no_other(site: Site, write: Writer, database: str) -> None:
    server = site.start()
    (stuck,), (free, reader) = enter(write, "stuck", server), enter(write, "free", server, count=2)
    tab = Member(server, stuck.path, stuck.cookie)  # what comes by one socket is done one by one
    async with reading(stuck, tab, free, reader):
        await stuck.say("before")
        ((_, _, item, *_),) = write("messages", room="stuck")["messages"]
        with held(database, "stuck") as waiting:
            sent = asyncio.create_task(stuck.say("after"))
            edited = asyncio.create_task(tab.do("edit", message=int(item.partition("-")[2]), text="changed"))
            await until(lambda: waiting() == 2, what="the two writes that wait")
            for number in range(1, 6):
                began = time.monotonic()
                await free.say(f"{number}")
                await until(lambda: len(reader.messages) == number, what=f"message {number}")  # noqa: B023
                assert time.monotonic() - began < AT_ONCE
            assert await refused(server, stuck.path, stuck.cookie) is None  # it can be read, meanwhile
            assert await asyncio.to_thread(status, server, "/chat/stuck/", stuck.cookie) == 200
            assert (waiting(), sent.done(), edited.done()) == (2, False, False)
        await asyncio.gather(sent, edited)
        await until(lambda: {"changed", "after"} <= stuck.arrived.keys(), what="what was stuck")
    stuck.check_order()
    assert "Traceback" not in server.output()


async def test_when_all_who_write_are_stuck_the_others_get_their_turn(site: Site, write: Writer, database: str) -> None:
    server = site.start()
    rooms = [f"stuck-{number}" for number in range(THREADS)]
    stuck = [member for room in rooms for member in enter(write, room, server)]
    (free,) = enter(write, "patient", server)
    async with reading(*stuck, free):
        await stuck[0].say("before")
        ((_, _, item, *_),) = write("messages", room=rooms[0])["messages"]
        message = int(item.partition("-")[2])
        with contextlib.ExitStack() as stack:
            waiting = [stack.enter_context(held(database, room)) for room in rooms][-1]
            sent: list[asyncio.Task[Any]] = [asyncio.create_task(member.say("after")) for member in stuck[1:]]
            sent.append(asyncio.create_task(stuck[0].do("edit", message=message, text="after")))
            await until(lambda: waiting() == THREADS, what="all the writes that wait")
            async with asyncio.timeout(8):
                await free.say("at last")
            assert not any(task.done() for task in sent)
        await asyncio.gather(*sent)
    for room in rooms:
        assert [text for *_, text, _ in write("messages", room=room)["messages"]] == ["after"]
    assert "Traceback" not in server.output()
