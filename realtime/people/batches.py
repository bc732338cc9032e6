"""Write batching: what comes for a key while a write for it is under way is stored together, by the next one.

A transaction costs more than the rows in it. So the busier a room is, the more each commit carries; where it is quiet,
nothing waits.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError

from realtime.hub import Hub, Service, find_hub
from realtime.streams import lock_timeout

from .refusals import Unavailable

MAX_BATCH = 100  # items in one write
MAX_QUEUE = 1_000  # items of one key that are under way or wait; those beyond are turned away
PATIENCE = 10.0  # seconds that a submitter waits
LOCK_SECONDS = 5  # that a write waits for a lock

DEADLOCK, LOCK_TIMEOUT = "40P01", "55P03"  # PostgreSQL's codes

log = logging.getLogger(__name__)

Store = Callable[[Any, list[Any]], Sequence[Any]]
Queue = list[tuple[Any, asyncio.Future[Any]]]  # items in order of arrival, each with the answer to its submitter


class Batches(Service):
    """Call it to have an item stored: `await batches(store, key, item)`.

    `store(key, items)` runs in a database thread and returns a result for each item; one that is an exception is
    raised to its submitter. It is a function of a module, since items of the same store and key make up a batch.
    """

    def __init__(self, hub: Hub) -> None:
        self.queues: dict[tuple[Store, Hashable], Queue] = {}
        self._hub = hub

    async def __call__(self, store: Store, key: Hashable, item: Any) -> Any:
        """The item's result; raises Unavailable. Once it has been handed in, it is stored, whoever is left to hear."""
        answer = asyncio.get_running_loop().create_future()
        queue = self.queues.setdefault((store, key), [])
        if len(queue) >= MAX_QUEUE:
            raise Unavailable
        queue.append((item, answer))
        if len(queue) == 1:
            self._hub.spawn(self._write(store, key, queue))
        await asyncio.wait([answer], timeout=PATIENCE)  # unlike wait_for, it leaves the answer alone
        result = answer.result() if answer.done() else Unavailable()
        if isinstance(result, Exception):
            raise result
        return result

    async def _write(self, store: Store, key: Hashable, queue: Queue) -> None:
        """Store what is in the queue, batch by batch, until it is empty."""
        try:
            while queue:
                batch = queue[:MAX_BATCH]
                results = await self._results(store, key, [item for item, _ in batch])
                for (_, answer), result in zip(batch, results, strict=True):
                    answer.set_result(result)  # exceptions too: one that nobody is left to hear is no error
                del queue[: len(batch)]
        finally:
            del self.queues[store, key]
            for _, answer in queue:  # it was cancelled
                answer.set_result(Unavailable())

    async def _results(self, store: Store, key: Hashable, items: list[Any]) -> Sequence[Any]:
        try:
            results = await self._stored(store, key, items)
            if len(results) != len(items):
                raise ValueError(f"{len(results)} results for {len(items)} items")
            return results
        except (InterfaceError, OperationalError) as error:
            if code_of(error) == LOCK_TIMEOUT:
                log.warning("A write (%s) was given up: another holds the lock for too long", key)
            else:
                self._hub.writes.report(error)
        except Exception:
            log.exception("%r failed", store)
        return [Unavailable() for _ in items]

    async def _stored(self, store: Store, key: Hashable, items: list[Any]) -> Sequence[Any]:
        """Once more after a deadlock: its victim was rolled back whole."""
        try:
            return await self._hub.writes(with_lock_timeout, store, key, items)
        except OperationalError as error:
            if code_of(error) != DEADLOCK:
                raise
        return await self._hub.writes(with_lock_timeout, store, key, items)


def with_lock_timeout(store: Store, key: Hashable, items: list[Any]) -> Sequence[Any]:
    """Store them, unless it takes too long to get a lock: a write that waits holds a thread that others wait for."""
    with lock_timeout(LOCK_SECONDS):
        return store(key, items)


def code_of(error: BaseException) -> str:
    """PostgreSQL's code of an error; "" on other databases."""
    return getattr(error.__cause__, "sqlstate", None) or ""


async def batched(store: Store, key: Hashable, item: Any) -> Any:
    """Have an item stored as `Batches` does it, or by itself where there is no hub."""
    if hub := find_hub():
        return await hub.service(Batches)(store, key, item)
    (result,) = await sync_to_async(store)(key, [item])
    if isinstance(result, Exception):
        raise result
    return result
