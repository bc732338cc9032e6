"""A crowd that comes at once, and a database that was restarted: everybody is served, or told when to come again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import servers
from .readers import Reader, reading, until
from .servers import Postgres, Server, Site
from .writer import Writer

CROWD = 300


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A cluster of these tests' own, which they restart."""
    request.getfixturevalue("postgres")  # says so if there is none
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="module")
def place(database: Postgres, collected: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("crowd")
    site = Site(folder, DATABASE_URL=database.url, DEMO_PASSWORD="correct-horse")
    site.manage("migrate", "--verbosity", "0")
    site.manage("demo")
    yield site
    site.end()


@pytest.fixture(scope="module")
def server(place: Site) -> Server:
    return place.start()


@pytest.fixture(scope="module")
def writer(place: Site) -> Iterator[Writer]:
    writer = Writer(place.env)
    yield writer
    writer.end()


@pytest.fixture(scope="module")
def member(writer: Writer) -> str:
    """The cookie of one who is in the lobby."""
    writer("open", room="crowded")
    return writer("join", room="crowded", people=["carol"])["people"]["carol"]["cookie"]


async def status(server: Server, path: str, cookie: str = "") -> tuple[int, str]:
    """Of a page that was read to its end, on a connection of its own; and its Retry-After."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
    writer.write((head + (f"Cookie: {cookie}\r\n" if cookie else "") + "\r\n").encode())
    answer = (await reader.read()).decode("latin-1")
    writer.close()
    retry = [line.partition(": ")[2] for line in answer.splitlines() if line.lower().startswith("retry-after:")]
    return int(answer.split()[1]), "".join(retry)


async def crowd(server: Server, paths: list[str], cookie: str = "") -> Counter[tuple[int, str]]:
    return Counter(await asyncio.gather(*(status(server, path, cookie) for path in paths)))


async def test_a_crowd_that_follows_a_newsletter_gets_its_page(server):
    paths = [f"/liveblog/demo/?utm_source=newsletter&reader={number}" for number in range(CROWD)]
    assert await crowd(server, paths) == {(200, ""): CROWD}
    assert "Traceback" not in server.output()


async def test_300_members_get_a_page_of_their_own(server, member):
    seen = await crowd(server, ["/chat/crowded/"] * CROWD, member)
    late = seen.pop((503, "5"), 0)  # on a machine that is too slow for so many in 15 seconds
    assert seen == {(200, ""): CROWD - late}
    assert seen[200, ""] > CROWD / 3
    assert "Traceback" not in server.output()


async def test_a_crowd_keeps_no_entry_waiting(server, writer, member):
    """The hub has threads, and connections, of its own."""
    reader = Reader(server)
    async with reading(reader):
        coming = asyncio.create_task(crowd(server, ["/chat/crowded/"] * CROWD, member))
        await asyncio.to_thread(writer, "post", liveblog="demo", body="In the crowd")
        await until(lambda: "In the crowd" in reader.texts)
        assert not coming.done()  # it came while most of them waited
        await coming


async def test_after_a_restart_of_the_database_the_next_pages_are_served(server, database, member):
    assert await crowd(server, ["/liveblog/demo/", "/chat/crowded/"] * 10, member) == {(200, ""): 20}  # a full pool
    database.stop()
    away = await asyncio.gather(*(status(server, path, member) for path in ("/liveblog/demo/?before=", "/chat/")))
    assert away == [(503, "5"), (503, "5")]
    database.start()
    for _ in range(20):
        page = await status(server, "/liveblog/demo/?before=0.1795370000000000.0000000000000000001")
        assert page == (200, ""), server.output()[-6000:]
        assert await status(server, "/chat/crowded/", member) == (200, "")
    assert (await status(server, "/readyz"))[0] == 200
