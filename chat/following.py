"""The rooms of one person, watched for one socket: it is told how far each has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from django.db import Error as DatabaseError

from realtime.hub import TICK, Hub, Watcher

from .unread import last_number, last_numbers


class Following:
    """`tell(room, last)` is called for each room at first, and then whenever its last number has grown.

    It returns whether the socket took that; otherwise it is told again by the next update.
    """

    def __init__(self, hub: Hub, tell: Callable[[int, int], bool]) -> None:
        self.hub = hub
        self.tell = tell
        self.watchers: dict[int, Watcher] = {}
        self.told: dict[int, int] = {}
        self.ended = False
        self._moved: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    async def update(self, person: int) -> None:
        """Follow the rooms that the person is in now."""
        rooms = (await self.hub.database(last_numbers, person)).keys()
        if self.ended:
            return
        self.leave(self.watchers.keys() - rooms)
        new: dict[int, Watcher] = {room: partial(self._on_change, room) for room in rooms - self.watchers.keys()}
        self.watchers |= new
        watching = [self.hub.watch(f"chat.{room}", watcher) for room, watcher in new.items()]
        await asyncio.gather(*watching, return_exceptions=True)  # a room that is gone took the membership with it
        if self.ended:
            for room, watcher in new.items():
                self.hub.unwatch(f"chat.{room}", watcher)
            return
        # Asked again, now that nothing more can be missed.
        for room, last in (await self.hub.database(last_numbers, person)).items():
            self._grown(room, last)

    def leave(self, rooms: Iterable[int]) -> None:
        for room in list(rooms):
            self.hub.unwatch(f"chat.{room}", self.watchers.pop(room))
            self.told.pop(room, None)

    def end(self) -> None:
        self.ended = True
        self.leave(self.watchers)
        if self._task:
            self._task.cancel()

    def _on_change(self, room: int, answer: object) -> None:
        self._moved.add(room)
        if self._task is None or self._task.done():
            self._task = self.hub.spawn(self._catch_up())

    async def _catch_up(self) -> None:
        while self._moved:
            room = self._moved.pop()
            feed = self.hub.feeds.get(f"chat.{room}")
            try:
                if feed:  # the head makes it one query for all who follow the room
                    self._grown(room, await self.hub.database.once(last_number, room, feed.version))
            except DatabaseError as error:
                self.hub.database.report(error)
                self._moved.add(room)
                await asyncio.sleep(TICK)

    def _grown(self, room: int, last: int) -> None:
        if room in self.watchers and last > self.told.get(room, -1) and self.tell(room, last):
            self.told[room] = last
