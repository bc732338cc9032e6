"""Several processes of one site: any of them serves any reader, and one that ends takes nothing with it."""

import asyncio
import signal
from pathlib import Path

import pytest

from .posting import Command, Editor, Worker
from .readers import LISTENING, Reader, connections, reading, until

CERTAINLY = 3.0  # seconds until a reader has a change that another process made, without Redis


async def posted(poster, name, count=5):
    return [await asyncio.to_thread(poster.post, f"{name} {number}") for number in range(count)]


async def have(readers, written):
    texts = [each.text for each in written]
    await until(lambda: all(len(reader.texts) >= len(texts) for reader in readers), what="the arrival of all")
    for reader in readers:
        reader.check(texts)


async def test_without_redis_the_changes_of_other_processes_come_within_3_seconds(site, write):
    readers = [Reader(site.start()), Reader(site.start())]
    async with reading(*readers):
        written = await posted(Worker(write), "by a worker")
        written += await posted(Editor(readers[0].server), "by an editor")
        written += await posted(Command(site), "by command", count=1)
        await have(readers, written)
    for reader in readers:
        assert max(reader.arrived[each.text] - each.at for each in written) < CERTAINLY


async def test_a_killed_server_is_started_again_and_its_readers_have_missed_nothing(site, write):
    server = site.start()
    readers = [Reader(server) for _ in range(10)]
    worker = Worker(write)
    async with reading(*readers):
        written = await posted(worker, "before")
        server.kill()
        written += await posted(worker, "meanwhile")
        await asyncio.to_thread(site.start, port=server.port)
        written += await posted(worker, "after")
        await have(readers, written)
    assert all(reader.connections == 2 for reader in readers)


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Linux spreads connections over processes, and tells")
async def test_a_rolling_restart_on_one_port_takes_nothing_from_anyone(site, write):
    old = site.start(DRAIN_SECONDS="1")
    readers = [Reader(old) for _ in range(30)]
    worker = Worker(write)
    async with reading(*readers[:10]):
        new = site.start(port=old.port)
        await until(lambda: connections(new, LISTENING), what="the second process")
        async with reading(*readers[10:]):
            assert connections(old) >= 10
            assert connections(new) > 0
            written = await posted(worker, "on both")
            old.signal(signal.SIGTERM)
            written += await posted(worker, "in between")
            assert await asyncio.to_thread(old.popen.wait, 10) == 0
            await until(lambda: connections(new) == 30, what="everybody's return")
            written += await posted(worker, "on the new one")
            await have(readers, written)


async def test_a_reader_who_is_too_far_behind_takes_the_page_again(site, write):
    reader = Reader(site.start())
    async with reading(reader):
        pass
    site.manage("shell", "--verbosity", "0", "--command", MANY)
    async with reading(reader):
        await until(lambda: reader.resets)
        await posted(Worker(write), "after")
        await until(lambda: len(reader.texts) == 5)
    assert reader.resets == 1


MANY = """
liveblog = LiveBlog.objects.get(slug="demo")
Entry.objects.bulk_create(Entry(liveblog=liveblog, body="x", state="published") for _ in range(501))
"""
