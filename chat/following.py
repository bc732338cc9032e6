"""Who follows which rooms: a person's sockets are told how far each of their rooms has come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from django.db import Error as DatabaseError

from realtime.hub import Hub, Reader, Service
from realtime.streams import Frame

from .models import Room
from .unread import last_number, last_numbers, news

UNKNOWN = -1  # to one that was not told yet


class FollowedRooms(Service):
    """Those that somebody follows in this process."""

    def __init__(self, hub: Hub) -> None:
        self.rooms: dict[int, FollowedRoom] = {}
        self._hub = hub

    def follow(self, room: int, reader: Reader) -> FollowedRoom:
        if room not in self.rooms:
            self.rooms[room] = FollowedRoom(self._hub, room)
        self.rooms[room].told[reader] = UNKNOWN
        return self.rooms[room]


class FollowedRoom:
    """A room's last number, watched, asked for and encoded once for all who follow it in this process."""

    def __init__(self, hub: Hub, room: int) -> None:
        self.hub = hub
        self.room = room
        self.stream = Room.stream_of(room)
        self.told: dict[Reader, int] = {}  # its followers, each with the number that it knows
        self._moved = False
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None

    async def watch(self) -> None:
        """From now on, whoever is among the followers misses nothing."""
        await self.hub.pump.watch(self.stream, self._on_change)
        if not self.told:
            self.hub.pump.unwatch(self.stream, self._on_change)

    def discard(self, reader: Reader) -> None:
        """With the last one goes the room."""
        del self.told[reader]
        if not self.told:
            self.hub.pump.unwatch(self.stream, self._on_change)
            if self._again:
                self._again.cancel()
            del self.hub.service(FollowedRooms).rooms[self.room]

    def tell(self, readers: Iterable[Reader], last: int) -> None:
        """Each who does not know the number yet; who does not read, or is held, is told in a second."""
        behind = [reader for reader in readers if self.told[reader] != last]
        frame = Frame(news(self.room, last))
        for reader in behind:
            if not reader.full and not reader.held:
                reader.write(frame)
                self.told[reader] = last
            else:
                self._later()

    def _on_change(self, answer: object = None) -> None:
        self._moved = True
        if self._task is None or self._task.done():
            self._task = self.hub.spawn(self._ask())

    async def _ask(self) -> None:
        while self._moved and self.told:
            self._moved = False
            try:
                last = await self.hub.database(last_number, self.room)
            except DatabaseError as error:
                self.hub.database.report(error)
                self._later()
            else:
                self.tell(list(self.told), last)

    def _later(self) -> None:
        if self._again:
            self._again.cancel()
        self._again = self.hub.retry(self._on_change)


class Following:
    """The rooms of one person, followed by one socket."""

    def __init__(self, hub: Hub, reader: Reader) -> None:
        self.reader = reader
        self.rooms: dict[int, FollowedRoom] = {}
        self.ended = False
        self._hub = hub

    async def update(self, person: int) -> None:
        """Follow the rooms that the person is in now."""
        theirs = (await self._hub.database(last_numbers, person)).keys()
        if self.ended:
            return
        self._leave(self.rooms.keys() - theirs)
        followed = self._hub.service(FollowedRooms)
        new = {room: followed.follow(room, self.reader) for room in theirs - self.rooms.keys()}
        self.rooms |= new
        # A room that is gone took the membership with it.
        await asyncio.gather(*(room.watch() for room in new.values()), return_exceptions=True)
        # Asked again, now that nothing more can be missed.
        for room, last in (await self._hub.database(last_numbers, person)).items():
            if room in self.rooms and self.rooms[room].told[self.reader] == UNKNOWN:  # else it knows better by now
                self.rooms[room].tell([self.reader], last)

    def end(self) -> None:
        self.ended = True
        self._leave(self.rooms)

    def _leave(self, rooms: Iterable[int]) -> None:
        for room in list(rooms):
            self.rooms.pop(room).discard(self.reader)
