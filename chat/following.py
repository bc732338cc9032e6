"""Who follows which rooms: a person's sockets are told how far each of their rooms has come."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from weakref import WeakKeyDictionary

from django.db import Error as DatabaseError

from realtime.hub import TICK, Hub
from realtime.sockets import Socket
from realtime.wire import Frame

from .unread import last_number, last_numbers, news

UNKNOWN = -1  # to a socket that was not told yet

_rooms: WeakKeyDictionary[Hub, dict[int, FollowedRoom]] = WeakKeyDictionary()


class FollowedRoom:
    """A room's last number, watched, asked for and encoded once for all who follow it in this process."""

    def __init__(self, hub: Hub, room: int) -> None:
        self.hub = hub
        self.room = room
        self.stream = f"chat.{room}"
        self.told: dict[Socket, int] = {}  # its followers, each with the number that it knows
        self._moved = False
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.TimerHandle | None = None

    async def watch(self) -> None:
        """From now on, whoever is among the followers misses nothing."""
        await self.hub.watch(self.stream, self._on_change)
        if not self.told:
            self.hub.unwatch(self.stream, self._on_change)

    def discard(self, socket: Socket) -> None:
        """With the last one goes the room."""
        del self.told[socket]
        if not self.told:
            self.hub.unwatch(self.stream, self._on_change)
            if self._again:
                self._again.cancel()
            del _rooms[self.hub][self.room]

    def tell(self, sockets: Iterable[Socket], last: int) -> None:
        """Each who does not know the number yet; who does not read, or is held, is told in a second."""
        behind = [socket for socket in sockets if self.told[socket] != last]
        frame = Frame(news(self.room, last))
        for socket in behind:
            if socket.writable and not socket.held:
                socket.write(frame)
                self.told[socket] = last
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
        self._again = self.hub.loop.call_later(TICK, self._on_change)


class Following:
    """The rooms of one person, followed by one socket."""

    def __init__(self, hub: Hub, socket: Socket) -> None:
        self.socket = socket
        self.rooms: dict[int, FollowedRoom] = {}
        self.ended = False
        self._hub = hub

    async def update(self, person: int) -> None:
        """Follow the rooms that the person is in now."""
        theirs = (await self._hub.database(last_numbers, person)).keys()
        if self.ended:
            return
        self._leave(self.rooms.keys() - theirs)
        new = {room: follow(self._hub, room, self.socket) for room in theirs - self.rooms.keys()}
        self.rooms |= new
        # A room that is gone took the membership with it.
        await asyncio.gather(*(room.watch() for room in new.values()), return_exceptions=True)
        # Asked again, now that nothing more can be missed.
        for room, last in (await self._hub.database(last_numbers, person)).items():
            if room in self.rooms and self.rooms[room].told[self.socket] == UNKNOWN:  # else it knows better by now
                self.rooms[room].tell([self.socket], last)

    def end(self) -> None:
        self.ended = True
        self._leave(self.rooms)

    def _leave(self, rooms: Iterable[int]) -> None:
        for room in list(rooms):
            self.rooms.pop(room).discard(self.socket)


def follow(hub: Hub, room: int, socket: Socket) -> FollowedRoom:
    rooms = _rooms.setdefault(hub, {})
    if room not in rooms:
        rooms[room] = FollowedRoom(hub, room)
    rooms[room].told[socket] = UNKNOWN
    return rooms[room]
