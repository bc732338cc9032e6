"""Who reads slowly, or not at all, delays nobody and costs next to nothing."""

import asyncio
import contextlib
import statistics
import time
from pathlib import Path

import pytest

from .posting import Worker
from .readers import Reader, connections, knock, memory, reading, until

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux tells about sockets and memory")

SILENT = 30  # readers who never read
SIZE = 20_000  # bytes of an entry; its frame has more than twice as many


@pytest.fixture
def server(site, redis):
    return site.start(REDIS_URL=redis.url)


@contextlib.contextmanager
def silent_readers(server):
    """Sockets that were opened and are never read."""
    with contextlib.ExitStack() as stack:
        for _ in range(SILENT):
            stack.enter_context(knock(server, buffer=4096))
        yield

async def post(worker, server, count, name):
    return [await asyncio.to_thread(worker.post, f"{name} {number} ".ljust(SIZE, ".")) for number in range(count)]


async def test_readers_who_never_read_delay_nobody_hold_no_memory_and_are_cut(site, server, redis, write):
    site.env["REDIS_URL"] = redis.url
    worker = Worker(write)
    reader, resting = Reader(server), Reader(server, buffer=4096)
    with silent_readers(server):
      async with reading(reader, resting):
        resting.awake.clear()
        assert connections(server) == SILENT + 2
        began = time.monotonic()
        written = await post(worker, server, 30, "fills the buffers")
        before = memory(server)
        written += await post(worker, server, 100, "waits for those who read")
        after = memory(server)
        await until(lambda: len(reader.texts) == len(written))
        print(before/1e6, after/1e6, time.monotonic()-began)
        delays = [reader.arrived[each.text]-each.at for each in written]
        print(statistics.median(delays), max(delays))
        await until(lambda: connections(server) == 1, timeout=16)
        print("gone", time.monotonic()-began, memory(server)/1e6, resting.closes)
        resting.awake.set()
        await until(lambda: len(resting.texts) == len(written))
        print("complete", time.monotonic()-began, memory(server)/1e6, resting.closes)
    for each in (reader, resting):
        each.check([text for text, _, _ in written])
    print(server.output())


async def test_a_slow_reader_gets_everything_on_one_connection(site, server, redis, write):
    site.env["REDIS_URL"] = redis.url
    slow = Reader(server, buffer=4096)
    slow.pause = 0.2
    async with reading(slow):
        began = time.monotonic()
        written = await post(Worker(write), server, 100, "entry")
        print(time.monotonic()-began)
        await until(lambda: len(slow.texts) == len(written), timeout=30)
        print(time.monotonic()-began)
    slow.check([each.text for each in written])
    assert slow.connections == 1
