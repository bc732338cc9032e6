"""Daphne, the development server, carries the main path too; production is `manage.py serve`."""

import asyncio
import re
import statistics
import sys
import urllib.error

import pytest
from websockets.exceptions import InvalidStatus

from .posting import Editor, Worker
from .readers import Reader, close_code, frame, open_socket, reading, until
from .servers import Server, accepts, free_port


@pytest.fixture
def daphne(site):
    server = site.start(daphne=True)
    yield server
    assert "Traceback" not in server.output()


async def posted(poster, name):
    return [await asyncio.to_thread(poster.post, f"{name} {number}") for number in range(5)]


async def test_readers_see_what_editors_and_other_processes_post_and_resume_after_a_crash(site, daphne, write):
    assert "Harbour regatta" in daphne.get("/liveblog/demo/")
    readers = [Reader(daphne) for _ in range(10)]
    async with reading(*readers):
        in_admin = await posted(Editor(daphne), "in the admin")
        written = in_admin + await posted(Worker(write), "by a worker")
        await until(lambda: all(len(reader.texts) == len(written) for reader in readers))
        delays = [reader.arrived[each.text] - each.at for reader in readers for each in written]
        assert statistics.median(delays) < 1
        assert max(delays) < 3
        daphne.kill()
        written += await posted(Worker(write), "meanwhile")
        await asyncio.to_thread(site.start, daphne=True, port=daphne.port)
        await until(lambda: all(len(reader.texts) == len(written) for reader in readers))
    for reader in readers:
        reader.check([each.text for each in written])


async def test_bad_input_is_refused(daphne):
    async with open_socket(daphne, "/_ws/liveblog/nope") as connection:
        assert await close_code(connection) == 4404
    for path, origin in (
        ("/_ws/nope", daphne.url),
        ("/_ws", daphne.url),
        ("/_ws/", "https://evil.example"),
        ("/_ws/", None),
    ):
        with pytest.raises(InvalidStatus, match="403"):  # it can say no other
            await open_socket(daphne, path, origin=origin)
    with pytest.raises(urllib.error.HTTPError, match="426"):
        daphne.get("/_ws/liveblog/demo")
    for after in ("-1", "x", "9" * 400, "9" * 15):
        async with open_socket(daphne, f"/_ws/liveblog/demo?after={after}") as connection:
            hello = await frame(connection)
            assert await frame(connection) == {"type": "reset", "version": hello["version"]}
    async with open_socket(daphne, "/_ws/") as connection:
        await frame(connection)
        await connection.send(b"\xff")
        assert (await frame(connection))["code"] == "binary"
        await connection.send("{")
        assert (await frame(connection))["code"] == "malformed"
        await connection.send("x" * 70_000)
        assert await close_code(connection) == 4009  # it knows no 1009
    async with open_socket(daphne, "/_ws/") as connection:
        await frame(connection)
        for _ in range(21):
            await connection.send("{")
        assert await close_code(connection) == 4400


async def test_runserver_serves_pages_styles_and_sockets(site):
    port = free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = Server(command, port, {**site.env, "DEBUG": "1"})
    site.processes.append(server)
    await until(lambda: accepts(port))
    assert "Daphne" in server.output()
    page = await asyncio.to_thread(server.get, "/liveblog/demo/")
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert await asyncio.to_thread(server.get, path)
    async with open_socket(server) as connection:
        assert (await frame(connection))["type"] == "hello"
    assert "Traceback" not in server.output()
