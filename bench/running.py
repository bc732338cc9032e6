"""A contestant that runs: its server on one core, readers and publisher on the other."""

from __future__ import annotations

import contextlib
import itertools
import json
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from statistics import median
from typing import Any

from tests.servers import Redis, accepts, free_port, postgres, wait_until

from . import measure
from .child import Child
from .contestants import Contestant, Place


class Running:
    def __init__(self, contestant: Contestant, place: Place, redis: Redis) -> None:
        self.contestant = contestant
        self.place = place
        self.redis = redis.process.popen.pid
        self.readers = 0
        self.runs = itertools.count(1)
        self.endings = contextlib.ExitStack()
        self.endings.callback(self.stop)
        try:
            self.start()
            with measure.on_core(measure.LOAD):
                self.load = self.child(contestant.load)
        except BaseException:
            self.end()
            raise

    def child(self, module: str, env: dict[str, str] | None = None) -> Child:
        child = Child(module, self.contestant.name, json.dumps(asdict(self.place)), env=env)
        self.endings.callback(child.end)
        return child

    @cached_property
    def publisher(self) -> Child:
        with measure.on_core(measure.LOAD):
            return self.child("bench.publish", self.contestant.env(self.place))

    def start(self) -> None:
        with measure.on_core(measure.SERVERS):
            self.server = self.contestant.start(self.place)
        ended = self.server.popen.poll
        wait_until(lambda: accepts(self.place.port) or ended() is not None, 30, self.contestant.name)
        if ended() is not None:
            raise RuntimeError(self.server.output())

    def stop(self) -> None:
        """Ask it to stop, so that its children stop too."""
        self.server.signal(signal.SIGTERM)
        with contextlib.suppress(Exception):
            self.server.popen.wait(timeout=3)
        self.server.end()

    def end(self) -> None:
        """Of all its processes, whatever state they are in."""
        with contextlib.suppress(Exception):
            self.endings.close()

    # Readers.

    def connect(self, readers: int, channels: int = 1, after: int | None = None) -> None:
        self.load(do="connect", readers=readers, channels=channels, after=after)
        self.readers = readers

    def keep(self, readers: int) -> None:
        self.load(do="keep", readers=readers)
        self.readers = readers
        self.settle()

    # Entries.

    def expect(self, count: int, channels: int = 1) -> int:
        """The number of a new run."""
        run = next(self.runs)
        self.load(do="expect", run=run, count=count, channels=channels)
        return run

    def publish(self, run: int, count: int, **order: Any) -> int:
        """When the last call that publishes returned, in nanoseconds."""
        return self.publisher(run=run, count=count, **order)["returned"]

    def wait(self, numbers: int) -> bool:
        """Whether entries up to this number came to all readers within a minute."""
        return self.load(do="wait", numbers=numbers, readers=self.readers)["complete"]

    # Costs.

    def settle(self) -> None:
        measure.settle(self.server.popen.pid, self.redis)

    @contextlib.contextmanager
    def cost(self) -> Iterator[dict[str, float]]:
        """The CPU seconds of the block, and of what it leaves to do: the server's; Redis and the load apart."""
        self.settle()
        cost: dict[str, float] = {}
        roots = {"server": self.server.popen.pid, "redis": self.redis, "load": self.load.process.pid}
        before = {name: measure.cpu(pid) for name, pid in roots.items()}
        yield cost
        self.settle()
        cost.update({name: measure.cpu(pid) - before[name] for name, pid in roots.items()})

    def memory(self) -> int:
        self.settle()
        return measure.memory(self.server.popen.pid)

    def deliveries(self, cost: dict[str, float]) -> tuple[dict[str, Any], list[int]]:
        """What the run that has just ended cost a delivery; and for each entry, when its last reader had it."""
        result = self.load(do="result")
        count = result["deliveries"] or 1
        spread = [last - stamp for stamp, last in zip(result["stamps"], result["last"], strict=True)]
        record = {
            "readers": self.readers,
            "deliveries": result["deliveries"],
            "missing": result["missing"],
            "doubled": result["doubled"],
            "cpu_us": 1e6 * cost["server"] / count,
            "redis_us": 1e6 * cost["redis"] / count,
            "load_us": 1e6 * cost["load"] / count,
            "last_ms": median(spread) / 1e6,
            "median_ms": result["delays"][0] / 1e6,
            "p99_ms": result["delays"][1] / 1e6,
            "frames": result["frames"] / count,
            "bytes": result["bytes"] / count,
        }
        return record, result["last"]


@contextlib.contextmanager
def running(contestant: Contestant, redis: Redis, folder: str) -> Iterator[Running]:
    """A fresh server, its readers and its publisher, for the block."""
    with database(contestant) as postgres:
        place = Place(tempfile.mktemp(prefix=f"{contestant.name}-", dir=folder), free_port(), redis.url, postgres)
        run = Running(contestant, place, redis)
        try:
            yield run
        except Exception as error:
            raise RuntimeError(f"{contestant.name}: {error}\n{run.server.output()[-2000:]}") from error
        finally:
            run.end()


@contextlib.contextmanager
def database(contestant: Contestant) -> Iterator[str]:
    """The URL of a PostgreSQL that keeps what it has committed; "" for who needs none."""
    with contextlib.ExitStack() as stack:
        with measure.on_core(measure.SERVERS):
            url = stack.enter_context(postgres(durable=True)).url if contestant.needs_postgres else ""
        yield url


@contextlib.contextmanager
def redis_server() -> Iterator[Redis]:
    with measure.on_core(measure.SERVERS):
        redis = Redis()
    try:
        yield redis
    finally:
        redis.process.end()
