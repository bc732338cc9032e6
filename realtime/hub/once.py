"""What a crowd wants at the same moment is asked once: the stream behind an address, the page of a live blog."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

from .hub import Hub, Service, find_hub, query

KEEP = 5.0  # seconds
MAX_KEPT = 1_000  # answers; beyond them, each asks for itself


class Once(Service):
    """`await once(key, ask)`: the answer of `ask()`, for all who want that key meanwhile.

    With `keep` also for some seconds after. None is not kept, and neither are errors, which all who wait get.
    """

    def __init__(self, hub: Hub) -> None:
        self.tasks: dict[Hashable, asyncio.Task[Any]] = {}
        self._hub = hub

    async def __call__(self, key: Hashable, ask: Callable[[], Coroutine[Any, Any, Any]], keep: bool = True) -> Any:
        task = self.tasks.get(key)
        if task is None:
            if len(self.tasks) >= MAX_KEPT:
                return await ask()
            task = self.tasks[key] = self._hub.spawn(ask())
            task.add_done_callback(lambda task: self._keep(key, task, keep))
        return await asyncio.shield(task)

    def _keep(self, key: Hashable, task: asyncio.Task[Any], keep: bool) -> None:
        known = keep and not task.cancelled() and not task.exception() and task.result() is not None
        task.get_loop().call_later(KEEP if known else 0, self.tasks.pop, key, None)


async def ask_once(key: Hashable, ask: Callable[[], Coroutine[Any, Any, Any]], keep: bool = True) -> Any:
    """`ask()`, shared by all who want the same key at about this time, where there is a hub; see `Once`."""
    hub = find_hub()
    return await (hub.service(Once)(key, ask, keep) if hub else ask())


async def query_once(function: Any, *args: Any) -> Any:
    """A query that many make at once, and whose answer rarely changes."""
    return await ask_once((function, args), lambda: query(function, *args))
