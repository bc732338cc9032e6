"""The list of who is in a room, as one process knows it: who is here, and what the others have announced.

A clock that runs as long as our own announcements come back tells when another process fell silent: while the layer is
away it stands, and lists freeze.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import Any, NamedTuple

from django.conf import settings

from realtime.hub import Reader
from realtime.streams import wire

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


class Roster:
    """The people of one stream, here and elsewhere. `now` is the loop's time, `echoed` when we last heard ourselves.

    `knows` is whether others would be heard.
    """

    def __init__(self, echoed: float, knows: bool = True) -> None:
        self.knows = knows
        self.here: dict[Reader, tuple[Any, Fields]] = {}
        self.elsewhere: dict[str, Announced] = {}  # by process
        self.echoed = echoed
        self.unbroken_since = -inf  # when echoes came back after a silence
        self._clock = 0.0
        self.announced: People | None = None
        self.due = -inf  # when to announce again
        self.told = Told(b"", b"")
        self.untold: set[Reader] = set()  # readers who were behind when `told` went out
        self.turn_at = inf
        self.timer: asyncio.Handle | None = None

    @property
    def people_here(self) -> People:
        """One entry per person, however many tabs; a socket that was closed counts no more, whenever it ends."""
        return {id: fields for reader, (id, fields) in self.here.items() if not reader.closed}

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
