"""With Redis a change reaches the readers of all processes at once; while Redis is away, within 3 s all the same."""

import asyncio
import itertools
import statistics
import time

import pytest
from redis import Redis as Client

from .posting import Command, Editor, Worker, Written
from .readers import Reader, reading, until

pytestmark = pytest.mark.alone  # how long things take is what it is about

AT_ONCE = 0.5  # seconds: well below the reconciliation, once a second
CERTAINLY = 3.0  # until a reader has a change, whatever Redis does
LONGER = 1.0  # may a write take than usual, at most


@pytest.fixture
def site(site, redis):
    site.env["REDIS_URL"] = redis.url
    return site


class Traffic:
    """Entries posted all the time, by an editor in one of the web processes and by a process of another kind."""

    def __init__(self, *posters):
        self.posters = posters
        self.written: list[Written] = []
        self.numbers = itertools.count()

    async def flow(self, seconds):
        """Post for a time; what was posted in it."""
        deadline = time.monotonic() + seconds
        done = await asyncio.gather(*(self.post(poster, deadline) for poster in self.posters))
        return list(itertools.chain(*done))

    async def post(self, poster, deadline):
        written: list[Written] = []
        while not written or time.monotonic() < deadline:
            written.append(await asyncio.to_thread(poster.post, f"entry {next(self.numbers)}"))
            await asyncio.sleep(0.1)
        self.written += written
        return written

    async def has_reached(self, *readers):
        texts = {each.text for each in self.written}
        await until(lambda: all(texts <= reader.arrived.keys() for reader in readers), what="everything's arrival")
        for reader in readers:
            reader.check(readers[0].texts)
            assert len(reader.texts) == len(self.written)


def delays(reader, written):
    """The seconds from each write's end to its arrival."""
    return [reader.arrived[each.text] - each.at for each in written]


async def test_an_idle_socket_outlives_12_seconds_and_is_served_at_once(site, write):
    reader = Reader(site.start())
    async with reading(reader):
        await asyncio.sleep(12)  # redis-py alone would end it after 5
        worker = Worker(write)
        written = [await asyncio.to_thread(worker.post, f"entry {number}") for number in range(5)]
        await until(lambda: len(reader.texts) == 5)
    assert statistics.median(delays(reader, written)) < AT_ONCE
    assert reader.closes == []


async def test_a_change_crosses_two_processes_at_once(site, write):
    readers = [Reader(site.start()), Reader(site.start())]
    traffic = Traffic(Editor(readers[0].server), Worker(write))
    async with reading(*readers):
        await traffic.flow(1.5)
        await traffic.has_reached(*readers)
    for reader in readers:
        assert statistics.median(delays(reader, traffic.written)) < AT_ONCE


async def at_once_again(traffic, poster, reader):
    """Post until changes cross at once: by reconciliation alone, some of them would be late."""
    async with asyncio.timeout(10):
        while True:
            written = await traffic.post(poster, time.monotonic() + 0.5)
            await traffic.has_reached(reader)
            if max(delays(reader, written)) < 0.25:
                return


@pytest.mark.parametrize("fault", ["killed", "stalled"])
async def test_redis_goes_away_and_comes_back_while_entries_are_posted(site, redis, write, fault):
    away, back = (redis.kill, redis.start) if fault == "killed" else (redis.stall, redis.resume)
    servers = [site.start(), site.start()]
    readers = [Reader(server) for server in servers for _ in range(2)]
    index = Reader(servers[1], "/_ws/liveblog")
    editor, command = Editor(servers[0]), Command(site)
    traffic = Traffic(editor, Worker(write))
    async with reading(*readers):
        before = await traffic.flow(1)
        [usual] = await traffic.post(command, 0)
        await asyncio.to_thread(away)
        await traffic.flow(2)
        async with reading(index):
            [hindered] = await traffic.post(command, 0)
            await asyncio.to_thread(back)
            await at_once_again(traffic, editor, readers[-1])
            await traffic.has_reached(*readers)
    assert hindered.seconds < 2 * usual.seconds + LONGER  # most of it is its start, now more, now less
    writes = [each for each in traffic.written if each not in (usual, hindered)]
    assert max(each.seconds for each in writes) < max(each.seconds for each in before) + LONGER
    assert max(max(delays(reader, traffic.written)) for reader in readers) < CERTAINLY
    for server in servers:
        assert "Traceback" not in server.output()
        assert server.output().count("layer is away") == server.output().count("layer is back") <= 1


async def test_a_site_whose_redis_is_not_there_at_the_start_serves_and_finds_it_later(site, redis, write):
    redis.kill()
    servers = [site.start(), site.start()]
    readers = [Reader(server) for server in servers]
    editor = Editor(servers[0])
    traffic = Traffic(editor, Worker(write))
    async with reading(*readers):
        await traffic.flow(1.5)
        await traffic.has_reached(*readers)
        assert max(max(delays(reader, traffic.written)) for reader in readers) < CERTAINLY
        await asyncio.to_thread(redis.start)
        await at_once_again(traffic, editor, readers[1])
    assert max(each.seconds for each in traffic.written) < LONGER
    for server in servers:
        assert "Traceback" not in server.output()
        assert server.output().count("layer is away") == server.output().count("layer is back") == 1


FORKING = """
import os
from django.db import connections
from liveblog.models import LiveBlog

blog = LiveBlog.objects.create(slug="regatta", title="Regatta")  # its page, its desk and the index
connections.close_all()
if child := os.fork():
    os.waitpid(child, 0)
else:
    blog.entries.create(body="They are off.", state="published")
    os._exit(0)
"""


def test_a_process_without_a_hub_keeps_its_connection(site, redis, write):
    client = Client.from_url(redis.url)
    worker = Worker(write)
    worker.post("entry 0")
    before = client.info("stats")["total_connections_received"]
    for number in range(1, 10):
        worker.post(f"entry {number}")
    assert client.info("stats")["total_connections_received"] == before
    assert client.info("commandstats")["cmdstat_publish"]["calls"] >= 10


def test_a_process_that_forks_goes_on_telling(site, redis):
    site.manage("shell", "-c", FORKING)
    assert Client.from_url(redis.url).info("commandstats")["cmdstat_publish"]["calls"] == 5
