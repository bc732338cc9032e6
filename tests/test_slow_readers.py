"""Who reads slowly, or not at all, delays nobody and costs next to nothing."""

import asyncio
import contextlib
import statistics
import time
from pathlib import Path

import pytest

from .posting import Worker
from .readers import Reader, connections, knock, memory, reading, until

SILENT = 30  # readers who never read
SIZE = 20_000  # bytes of an entry; its frame has twice as many, and a socket's buffers take a handful of them


@pytest.fixture
def site(site, redis):
    site.env["REDIS_URL"] = redis.url  # by nudges each entry is a frame of its own
    return site


async def post(worker, name, count):
    return [await asyncio.to_thread(worker.post, f"{name} {number}", body="." * SIZE) for number in range(count)]


@pytest.mark.alone
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux tells about sockets and memory")
async def test_readers_who_never_read_delay_nobody_hold_no_memory_and_are_cut(site, write):
    server = site.start()
    reader, resting = Reader(server), Reader(server, buffer=4096)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(knock(server, buffer=4096))
        await stack.enter_async_context(reading(reader, resting))
        resting.awake.clear()
        assert connections(server) == SILENT + 2
        began = time.monotonic()
        written = await post(Worker(write), "fills their buffers", 30)
        before = memory(server)
        written += await post(Worker(write), "waits for them", 400)
        # Not even what all these frames need once, with the text plain and as HTML, let alone for each reader.
        assert memory(server) - before < 400 * 2 * SIZE
        await until(lambda: len(reader.texts) == len(written))
        delays = [reader.arrived[each.text] - each.at for each in written]
        assert statistics.median(delays) < 0.1
        assert max(delays) < 1
        assert connections(server) == SILENT + 2  # so far they were all there
        await until(lambda: connections(server) == 1, what="the silent readers' end")
        assert time.monotonic() - began < 15
        resting.awake.set()
        await until(lambda: len(resting.texts) == len(written), what="the return of one of them")
    for each in (reader, resting):
        each.check([text for text, _, _ in written])
    assert "Traceback" not in server.output()


async def test_a_slow_reader_gets_everything_on_one_connection(site, write):
    server = site.start()
    slow = Reader(server, buffer=4096)
    slow.pause = 0.2
    async with reading(slow):
        written = await post(Worker(write), "entry", 100)
        # Frame by frame this would take 20 s: what piled up comes in one.
        await until(lambda: len(slow.texts) == len(written), seconds=10, what="the last entry's arrival")
    slow.check([each.text for each in written])
    assert slow.connections == 1
