"""SIGTERM: the server is not ready any more, sends its readers away one after the other, and ends with exit code 0."""

import asyncio
import contextlib
import signal
import time
import urllib.error

import pytest
from websockets.exceptions import InvalidStatus

from .readers import LIVEBLOG, Reader, knock, open_socket, reading, until


async def ends(server, seconds=10):
    """The exit code of a server that should stop by itself."""
    return await asyncio.to_thread(server.popen.wait, seconds)


def readiness(server):
    try:
        return 200, server.get("/readyz")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


async def test_100_readers_are_sent_away_over_the_drain_time(site):
    server = site.start(DRAIN_SECONDS="3")
    readers = [Reader(server) for _ in range(100)]
    async with reading(*readers):
        assert (await asyncio.to_thread(readiness, server))[0] == 200
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        await until(lambda: any(reader.closes for reader in readers), seconds=1)
        assert await asyncio.to_thread(readiness, server) == (503, "draining\n")
        assert "Harbour regatta" in await asyncio.to_thread(server.get, "/liveblog/demo/")
        with pytest.raises(InvalidStatus, match="503"):
            await open_socket(server)
        await until(lambda: all(reader.closes for reader in readers), seconds=5, what="everybody's close")
        assert await ends(server) == 0
        assert time.monotonic() - began < 3 + 2
    assert {reader.closes[0][1] for reader in readers} == {1012}
    spread = [0, 0, 0]
    for reader in readers:
        spread[min(2, int(reader.closes[0][0] - began))] += 1
    assert min(spread) >= 20, f"closed in each second: {spread}"
    assert "Traceback" not in server.output()


async def test_a_second_sigterm_stops_at_once(site):
    server = site.start(DRAIN_SECONDS="60")
    readers = [Reader(server) for _ in range(10)]
    async with reading(*readers):
        server.signal(signal.SIGTERM)
        await until(lambda: any(reader.closes for reader in readers))
        server.signal(signal.SIGTERM)
        assert await ends(server, seconds=2) == 0
    assert "Traceback" not in server.output()


async def test_ctrl_c_stops_at_once(site):
    server = site.start(DRAIN_SECONDS="60")
    async with reading(Reader(server)):
        server.signal(signal.SIGINT)
        assert await ends(server, seconds=2) == 0
    assert "Traceback" not in server.output()


async def test_readers_who_read_or_answer_nothing_do_not_hold_up_the_exit(site, write):
    server = site.start(DRAIN_SECONDS="1")
    reader = Reader(server)
    async with contextlib.AsyncExitStack() as stack:
        for target in [b"/_ws/", *[LIVEBLOG.encode()] * 5]:
            stack.enter_context(knock(server, target, buffer=4096))  # answers no close frame either
        await stack.enter_async_context(reading(reader))
        for _ in range(20):
            await asyncio.to_thread(write, "post", liveblog="demo", body="x" * 50_000)
        await until(lambda: len(reader.texts) == 20)  # far more than the buffers of the others take
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        assert await ends(server) == 0
    assert time.monotonic() - began < 1 + 2
    assert "Traceback" not in server.output()
