"""Who is here. Each process announces its people to the others through the channel layer; nothing is stored.

It does so when they change and once a second, and the others forget a process that falls silent.
"""

from __future__ import annotations

from math import inf
from typing import Any

from django.conf import settings

from realtime.hub import Hub, Reader, Service
from realtime.hub.feed import Feed
from realtime.hub.layer import is_shared
from realtime.hub.messages import Attendance, Present
from realtime.streams import Frame

from . import roster
from .roster import Fields, People, Roster, Told, encode, known


class Presence(Service):
    """The lists of one hub. Without people a stream has none, and costs nothing."""

    def __init__(self, hub: Hub) -> None:
        self.rooms: dict[str, Roster] = {}
        self._link = hub.link
        self._feeds = hub.pump.feeds
        self._readers = hub.readers
        self._loop = hub.loop
        # A layer in memory hears nobody else, and cannot tell whether there is anybody: runserver is one process.
        self._knows = is_shared() or settings.DEBUG
        self._link.handlers[Attendance] = self.heard

    def enter(self, name: str, id: Any, fields: Fields, reader: Reader) -> None:
        """Show a person among those of a stream, which this reader reads, until it leaves; by `fields["name"]`."""
        room = self.rooms.get(name) or self._open(name)
        room.here[reader] = (id, fields)
        if (feed := self._feeds.get(name)) and reader not in feed.live:
            room.untold.add(reader)
        self._turn_in(name, roster.SETTLE if room.announced else 0)

    def leave(self, name: str, reader: Reader) -> None:
        if (room := self.rooms.get(name)) and room.here.pop(reader, None):
            # The last one's leave is told at once: the process may be about to end.
            self._turn_in(name, roster.SETTLE if room.here else 0)

    def frame(self, name: str, person: Any) -> bytes:
        """The list for a newcomer, None for one who is not signed in."""
        if room := self.rooms.get(name):
            return room.told.to(person) or room.frames(self._loop.time()).to(person)
        return encode({}, self._knows and self._link.up).to(person)

    def heard(self, message: Attendance) -> None:
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
                self._turn_in(name, roster.SETTLE)

    def stop(self) -> None:
        for room in self.rooms.values():
            if room.timer:
                room.timer.cancel()
        self.rooms.clear()

    def _open(self, name: str) -> Roster:
        room = self.rooms[name] = Roster(self._loop.time() if self._link.up else -inf, self._knows)
        return room

    def _is_read(self, name: str) -> bool:
        feed = self._feeds.get(name)
        return feed is not None and bool(feed.readers)

    def _turn_in(self, name: str, delay: float) -> None:
        """Have its next turn after so many seconds, unless it comes sooner anyway."""
        room, at = self.rooms[name], self._loop.time() + delay
        if at < room.turn_at:
            if room.timer:
                room.timer.cancel()
            room.turn_at, room.timer = at, self._loop.call_later(delay, self._turn, name, room)

    def _turn(self, name: str, room: Roster) -> None:
        """Announce to the other processes and tell the readers here what there is to say; go on while anyone is in."""
        now = self._loop.time()
        room.turn_at = inf
        people = room.people_here
        if people != room.announced or now >= room.due:
            room.announced, room.due = people, now + roster.REFRESH
            self._announce(name, people)
        if feed := self._feeds.get(name):
            self._tell_readers(feed, room, room.frames(now))
        if people or (room.elsewhere and self._is_read(name)):
            self._turn_in(name, room.due - now)
        else:
            del self.rooms[name]

    def _announce(self, name: str, people: People) -> None:
        counted = len(people) > roster.MAX_LISTED
        told = [Present(id, {} if counted else dict(fields)) for id, fields in people.items()]
        self._link.publish(Attendance(name, self._link.process, told))

    def _tell_readers(self, feed: Feed, room: Roster, told: Told) -> None:
        if told != room.told:
            room.told = told
            room.untold = feed.readers - feed.live.keys()
            people = [reader for reader in feed.live if reader.person is not None]
            others = [reader for reader in feed.live if reader.person is None]
            self._readers.fan_out(feed, Frame(told.people), people)
            self._readers.fan_out(feed, Frame(told.anyone), others)
        elif room.untold:
            for reader in room.untold & feed.live.keys():
                reader.write(Frame(told.to(reader.person)))
            room.untold = room.untold & feed.readers - feed.live.keys()
