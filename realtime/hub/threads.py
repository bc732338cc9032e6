"""The hub's own database threads: a slow query elsewhere does not hold its readers up.

They last as long as the hub does, and their connections for a while: to open one costs more than most queries.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections
from django.urls import set_script_prefix

KEEP_CONNECTIONS = 30.0  # seconds
THREADS = 3

log = logging.getLogger(__name__)


class Threads:
    """Call it to run a query: `await threads(function, *args)`."""

    def __init__(self, reads: bool = False) -> None:
        self._reads = reads  # alone: after a lost connection they are asked again
        self._executor = ThreadPoolExecutor(THREADS, "hub", set_script_prefix, (settings.FORCE_SCRIPT_NAME or "/",))
        self._connections: set[Any] = set()
        self._thread = threading.local()
        self._up = True

    async def __call__[**P, T](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        work = partial(function, *args, **kwargs)
        answer = await asyncio.get_running_loop().run_in_executor(self._executor, self._run, work)
        self.report(None)
        return answer

    def _run[T](self, work: Callable[[], T]) -> T:
        if time.monotonic() > getattr(self._thread, "fresh_until", 0):
            connections.close_all()  # the server, or SQLite's file, may be another one by now
            self._thread.fresh_until = time.monotonic() + KEEP_CONNECTIONS
        kept = connections["default"].connection is not None
        try:
            return work()
        except Error as error:
            connections.close_all()  # whatever ails it, the next query starts afresh
            if not (self._reads and kept and isinstance(error, InterfaceError | OperationalError)):
                raise
            return work()  # a kept connection may have died long ago: the server was restarted
        finally:
            self._connections.update(connections.all(initialized_only=True))

    def report(self, error: Exception | None) -> None:
        """Log that it went or came back, once each."""
        if (error is None) != self._up:
            self._up = error is None
            if error is None:
                log.info("The database answers again")
            else:
                log.error("The database does not answer; whoever needs it waits", exc_info=error)

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._executor.shutdown()
        for connection in self._connections:
            connection.inc_thread_sharing()  # its own thread is gone
            connection.close()
