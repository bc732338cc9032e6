"""With Redis a change reaches the readers of other processes at once; while Redis is away, within 3 s all the same."""

import asyncio
import itertools
import statistics
import time

import pytest

from .readers import Reader, frame, open_socket, reading, until
from .servers import free_port
from .writers import Editor, Writer, Written

AT_ONCE = 0.5  # seconds, well below the reconciliation, once a second
CERTAINLY = 3.0  # whatever Redis does
NO_LONGER = 1.0  # than this may a write take because of Redis


@pytest.fixture
def site(site, redis):
    site.env["REDIS_URL"] = redis.url
    return site


def delays(reader: Reader, written: list[Written]) -> list[float]:
    """The seconds from each write's end to its arrival."""
    return [reader.arrived[each.text] - each.at for each in written]


class Traffic:
    """Entries posted all the time, by an editor in one of the web processes and by a process of another kind."""

    def __init__(self, *posters: Editor | Writer) -> None:
        self.posters = posters
        self.written: list[Written] = []
        self.numbers = itertools.count()

    async def flow(self, seconds: float) -> list[Written]:
        """What was written in that time."""
        deadline = time.monotonic() + seconds
        done = await asyncio.gather(*(self._post(poster, deadline) for poster in self.posters))
        written = [each for some in done for each in some]
        self.written += written
        return written

    async def _post(self, poster: Editor | Writer, deadline: float) -> list[Written]:
        written = []
        while time.monotonic() < deadline:
            written.append(await asyncio.to_thread(poster.post, f"entry {next(self.numbers)}"))
            await asyncio.sleep(0.1)
        return written


async def test_a_change_crosses_two_processes_at_once(site):
    readers = [Reader(site.start()), Reader(site.start())]
    with Writer(site) as writer:
        traffic = Traffic(Editor(readers[0].server), writer)
        async with reading(*readers):
            await traffic.flow(1.5)
            await until(lambda: all(len(reader.texts) == len(traffic.written) for reader in readers))
    for reader in readers:
        reader.check(readers[0].texts)
        assert statistics.median(delays(reader, traffic.written)) < AT_ONCE


@pytest.mark.parametrize("fault", ["killed", "stalled"])
async def test_redis_goes_away_and_comes_back_while_entries_are_posted(site, redis, fault):
    away, back = (redis.kill, redis.start) if fault == "killed" else (redis.stall, redis.resume)
    servers = [site.start(), site.start()]
    readers = [Reader(server) for server in servers for _ in range(2)]
    with Writer(site) as writer:
        traffic = Traffic(Editor(servers[0]), writer)
        async with reading(*readers):
            await traffic.flow(0.5)
            away()
            await traffic.flow(3)
            latecomer = Reader(servers[1])  # nobody waits for Redis to get in
            async with asyncio.timeout(1), reading(latecomer):
                pass
            back()
            after = await traffic.flow(3.5)
            await until(lambda: all(len(reader.texts) == len(traffic.written) for reader in readers))
    print("max write", max(w.seconds for w in traffic.written), "median", statistics.median(w.seconds for w in traffic.written), len(traffic.written))
    print("max delay", max(max(delays(r, traffic.written)) for r in readers))
    print("after", [round(d,3) for d in delays(readers[2], after)])
    for s in servers: print(s.output()); print('---')
    assert max(each.seconds for each in traffic.written) < NO_LONGER
    for reader in readers:
        reader.check(readers[0].texts)
        assert sorted(reader.texts) == sorted(each.text for each in traffic.written)
        assert max(delays(reader, traffic.written)) < CERTAINLY
        assert statistics.median(delays(reader, after[-10:])) < AT_ONCE
