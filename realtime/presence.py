"""Who is here. Each process announces its people to the others through the channel layer; nothing is stored.

It does so when they change and once a second, and the others forget a process that falls silent. A clock that runs as
long as their own announcements come back to them tells how long: while the layer is away it stands, and lists freeze.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from math import inf
from typing import Any, NamedTuple

from django.conf import settings

from . import messages, wire
from .feed import Feed
from .layer import Link, is_shared
from .sockets import Socket
from .wire import Frame

REFRESH = 1.0  # seconds between announcements of the same people
SETTLE = 0.2  # seconds in which changes gather
EXPIRE = 3.5  # seconds of silence after which a process is forgotten: two of its announcements may get lost
SILENCE = 3.0  # seconds without an echo after which a list says that it is not current
MAX_LISTED = 100  # people; of more, only the count is told

Fields = dict[str, str]  # what is told of a person: "name", and what else the app has to say
FOR_PEOPLE = {"username"}  # fields that who is not signed in is not told, unless the setting PUBLIC_USERNAMES is on
People = dict[Any, Fields]  # by primary key


class Told(NamedTuple):
    """The frame of a list: for who is signed in, and for anyone."""

    people: bytes
    anyone: bytes

    def to(self, person: Any) -> bytes:
        return self.anyone if person is None else self.people


class Announced(NamedTuple):
    people: People
    at: float  # by the room's clock


class Room:
    """The people of one stream, here and elsewhere. `now` is the loop's time, `echoed` when we last heard ourselves.

    `knows` is whether others would be heard.
    """

    def __init__(self, echoed: float, knows: bool = True) -> None:
        self.knows = knows
        self.here: dict[Socket, tuple[Any, Fields]] = {}
        self.elsewhere: dict[str, Announced] = {}  # by process
        self.echoed = echoed
        self.unbroken_since = -inf  # when echoes came back after a silence
        self._clock = 0.0
        self.announced: People | None = None
        self.due = -inf  # when to announce again
        self.told = Told(b"", b"")
        self.untold: set[Socket] = set()  # readers who were behind when `told` went out
        self.turn_at = inf
        self.timer: asyncio.Handle | None = None

    @property
    def people_here(self) -> People:
        """One entry per person, however many tabs; a socket that was closed counts no more, whenever it ends."""
        return {id: fields for socket, (id, fields) in self.here.items() if not socket.closed}

    def clock(self, now: float) -> float:
        """Seconds that the layer has worked: of a time without echoes, only what is usual between them counts."""
        return self._clock + min(now - self.echoed, REFRESH + SETTLE)

    def hear(self, process: str, people: People, now: float) -> bool:
        """Take another process's announcement; whether it says anything new."""
        before = self.elsewhere.pop(process, None)
        if people:
            self.elsewhere[process] = Announced(people, self.clock(now))
        return people != (before.people if before else {})

    def echo(self, now: float) -> bool:
        """Hear ourselves: the layer works, and who was silent all the same is gone. Whether anyone is."""
        if now - self.echoed > SILENCE:
            self.unbroken_since = now
        self._clock, self.echoed = self.clock(now), now
        gone = [process for process, announced in self.elsewhere.items() if self._clock - announced.at > EXPIRE]
        for process in gone:
            del self.elsewhere[process]
        return bool(gone)

    def frames(self, now: float) -> Told:
        people: People = {}
        for announced in self.elsewhere.values():
            people |= announced.people
        people |= self.people_here
        # For a while after a silence, people are listed who left during it.
        current = now - self.echoed <= SILENCE and now - self.unbroken_since >= EXPIRE
        return encode(people, self.knows and current)


class Presence:
    """The rooms of one hub. Without people a stream has none, and costs nothing."""

    def __init__(self, link: Link, feeds: Mapping[str, Feed]) -> None:
        self.rooms: dict[str, Room] = {}
        self._link = link
        self._feeds = feeds
        self._loop = asyncio.get_running_loop()
        # A layer in memory hears nobody else, and cannot tell whether there is anybody: runserver is one process.
        self._knows = is_shared() or settings.DEBUG
        link.handlers[messages.Presence] = self.heard

    def enter(self, name: str, id: Any, fields: Fields, socket: Socket) -> None:
        """Show a person among those of a stream, which this socket reads, until it leaves; by `fields["name"]`."""
        room = self.rooms.get(name) or self._open(name)
        room.here[socket] = (id, fields)
        if (feed := self._feeds.get(name)) and socket not in feed.live:
            room.untold.add(socket)
        self._turn_in(name, SETTLE if room.announced else 0)

    def leave(self, name: str, socket: Socket) -> None:
        if (room := self.rooms.get(name)) and room.here.pop(socket, None):
            # The last one's leave is told at once: the process may be about to end.
            self._turn_in(name, SETTLE if room.here else 0)

    def frame(self, name: str, person: Any) -> bytes:
        """The list for a newcomer, None for one who is not signed in."""
        if room := self.rooms.get(name):
            return room.told.to(person) or room.frames(self._loop.time()).to(person)
        return encode({}, self._knows and self._link.up).to(person)

    def heard(self, message: messages.Presence) -> None:
        """Take an announcement."""
        name, process = message.stream, message.process
        people = {each.id: known(each.fields) for each in message.people}
        room = self.rooms.get(name)
        if process == self._link.process:
            if room and room.echo(self._loop.time()):
                self._turn_in(name, 0)
        elif room or (people and self._is_read(name)):
            room = room or self._open(name)
            if people and process not in room.elsewhere:
                room.announced = None  # it does not know of us either: announce again
            if room.hear(process, people, self._loop.time()):
                self._turn_in(name, SETTLE)

    def stop(self) -> None:
        for room in self.rooms.values():
            if room.timer:
                room.timer.cancel()
        self.rooms.clear()

    def _open(self, name: str) -> Room:
        room = self.rooms[name] = Room(self._loop.time() if self._link.up else -inf, self._knows)
        return room

    def _is_read(self, name: str) -> bool:
        feed = self._feeds.get(name)
        return feed is not None and bool(feed.readers)

    def _turn_in(self, name: str, delay: float) -> None:
        """Have the room's next turn after so many seconds, unless it comes sooner anyway."""
        room, at = self.rooms[name], self._loop.time() + delay
        if at < room.turn_at:
            if room.timer:
                room.timer.cancel()
            room.turn_at, room.timer = at, self._loop.call_later(delay, self._turn, name, room)

    def _turn(self, name: str, room: Room) -> None:
        """Announce to the other processes and tell the readers here what there is to say; go on while anyone is in."""
        now = self._loop.time()
        room.turn_at = inf
        people = room.people_here
        if people != room.announced or now >= room.due:
            room.announced, room.due = people, now + REFRESH
            self._announce(name, people)
        if feed := self._feeds.get(name):
            self._tell(feed, room, room.frames(now))
        if people or (room.elsewhere and self._is_read(name)):
            self._turn_in(name, room.due - now)
        else:
            del self.rooms[name]

    def _announce(self, name: str, people: People) -> None:
        counted = len(people) > MAX_LISTED
        told = [messages.Present(id, {} if counted else dict(fields)) for id, fields in people.items()]
        self._link.publish(messages.Presence(name, self._link.process, told))

    def _tell(self, feed: Feed, room: Room, told: Told) -> None:
        if told != room.told:
            room.told = told
            room.untold = feed.readers - feed.live.keys()
            people = [socket for socket in feed.live if socket.person is not None]
            others = [socket for socket in feed.live if socket.person is None]
            feed.fan_out(Frame(told.people), people)
            feed.fan_out(Frame(told.anyone), others)
        elif room.untold:
            for socket in room.untold & feed.live.keys():
                socket.write(Frame(told.to(socket.person)))
            room.untold = room.untold & feed.readers - feed.live.keys()


def known(fields: dict[str, Any]) -> Fields:
    """Of what an announcement says of a person, the texts: a later release may have more to say."""
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def encode(people: People, current: bool) -> Told:
    listed = sorted(people.items(), key=lambda each: (each[1].get("name", "").casefold(), str(each[0])))
    shown = [{"id": id, **fields} for id, fields in listed] if len(people) <= MAX_LISTED else []
    hidden = set() if settings.PUBLIC_USERNAMES else FOR_PEOPLE
    public = [{name: value for name, value in each.items() if name not in hidden} for each in shown]
    rest = {"count": len(people), "current": current}
    return Told(*(wire.encode({"type": "presence", "people": each, **rest}) for each in (shown, public)))
