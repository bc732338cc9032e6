"""Catch-ups that reach further back than a ring: read in threads of their own, so that no push waits behind them.

While one is read, others gather; the next read answers all of them that ask for the same stream: what followed the
lowest cursor holds what followed the others.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Hashable, Mapping

from realtime.streams import reading
from realtime.streams.reading import Answer, Changes, Reset

from .limits import Rate
from .tasks import Tasks
from .threads import Threads

CATCH_UPS = Rate(per_second=20, burst=50)  # of an address: 60 readers whose sockets are blocked, every 3 s
REFUSAL = 1.0  # seconds that it takes to refuse one: who asks again at once has waited
REST = 3  # times as long as a read has kept the processor, nothing more is read: the rest is for the pushes
PAUSE = 0.0001  # seconds between the items of a read

type Waiting = list[tuple[int, asyncio.Future[Answer | None]]]


def catch_ups_of(address: str | None) -> Mapping[Hashable, Rate]:
    """What `Limits.take` counts a catch-up by."""
    return {("catch-up", address): CATCH_UPS} if address else {}


class Replays:
    """`await replays(stream, cursor)`: what `read` answers, or None if there is no such stream."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.database = Threads(reads=True)
        self._waiting: dict[tuple[str, int | None], Waiting] = {}
        self._turn = asyncio.Lock()

    async def __call__(self, name: str, cursor: int, upto: int | None = None) -> Answer | None:
        key = name, upto
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append((cursor, answer))
        else:
            self._waiting[key] = [(cursor, answer)]
            self._tasks.spawn(self._answer_all(name, upto))
        return await answer

    async def _answer_all(self, name: str, upto: int | None) -> None:
        async with self._turn:
            waiting = self._waiting.pop((name, upto))  # who comes from now on may know of later changes
            cursors = sorted({cursor for cursor, _ in waiting})
            among = False  # the lowest first; among those that are too far behind, the middle one divides best
            while cursors:
                asked = cursors[len(cursors) // 2 if among else 0]
                try:
                    answer, seconds = await self.database(_timed_read, name, asked, upto)
                except Exception as error:
                    for future in (future for _, future in waiting if not future.done()):
                        future.set_exception(error)
                    return
                among = among or isinstance(answer, Reset)
                for cursor, future in waiting:
                    if not future.done() and (answer is None or (shared := share(answer, asked, cursor))):
                        future.set_result(answer and shared)
                cursors = sorted({cursor for cursor, future in waiting if not future.done()})
                await asyncio.sleep(REST * seconds)


def _timed_read(name: str, cursor: int, upto: int | None) -> tuple[Answer | None, float]:
    began = time.thread_time()
    answer = reading.read({name: cursor}, upto, PAUSE).get(name)
    return answer, time.thread_time() - began


def share(answer: Answer, asked: int, cursor: int) -> Answer | None:
    """What the answer to the cursor that was asked for says to another one; None if that has to be asked for."""
    if isinstance(answer, Reset):  # the one that was asked for is above the head, or too far below it
        return answer if (cursor >= asked if asked > answer.version else cursor <= asked) else None
    if cursor == asked:
        return answer
    if asked < cursor < answer.version:
        return answer._replace(after=cursor, items=[item for item in answer.items if item.version > cursor])
    return Changes(cursor, cursor, []) if cursor == answer.version and not answer.more else None
