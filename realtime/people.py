"""The consumer base for people: sockets that know whose they are, take actions, and end with the right to be there."""

from __future__ import annotations

import asyncio
import random
from math import ceil
from typing import Any

from django.db import Error as DatabaseError
from django.utils.translation import gettext as _

from . import wire
from .batches import Unavailable
from .consumers import Refused, StreamConsumer
from .hub import TICK, Gone
from .limits import Rate, address_key
from .models import Stream
from .revocation import stream_of
from .sessions import claimed_by, person_of, session_key
from .streams import Changes, Reset
from .wire import Close

MAX_PER_PERSON = 50  # sockets of one person in one process
RECHECK = 60  # seconds between looks for what no signal tells, such as a deleted session
PERSON_RATE = Rate(per_second=4, burst=20)
ADDRESS_RATE = Rate(per_second=50, burst=200)  # whole offices share one


class Refusal(Exception):
    """An action that is not carried out: the error frame's `code`, and words for the person who asked.

    `retry_after` are the seconds until the same may work.
    """

    def __init__(self, code: str, detail: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = str(detail)
        self.retry_after = retry_after


def unavailable() -> Refusal:
    return Refusal("unavailable", _("The server can't tell whether this was done. Send it again."))


class PersonConsumer(StreamConsumer):
    """`person` is the user, None for nobody. A subclass names the stream, and may carry out actions by `perform`."""

    #: Names of the models whose items in `user.<pk>` say what a person may do.
    grants: frozenset[str] = frozenset()

    person: Any = None
    name = ""
    _counted: Any = None  # the person whose sockets this one is counted with
    _timer: asyncio.TimerHandle | None = None
    _left = _changed = False
    _rechecking = True  # until the first look is done
    _committed = _heard = 0  # versions of the person's own stream

    async def subscribe(self) -> None:
        self.session = session_key(self.scope)
        if claimed := await self.hub.database(claimed_by, self.session):
            self._count(claimed)
            await self._watch(claimed)  # before the first look: whatever changes from now on is told
            self.person = await self.hub.database(person_of, self.session)
            self.socket.person = self.person and self.person.pk
        self.socket.recheck = self.recheck
        self.name = await self.stream()
        await super().subscribe()
        self._rechecking = False
        if self._changed:
            self.recheck()
        else:
            self._release()
            if self.person:
                self._later(RECHECK)

    def leave(self) -> None:
        super().leave()
        self._left = True
        if self._timer:
            self._timer.cancel()
        if self._counted is not None:
            self.hub.unwatch(stream_of(self._counted), self.changed, self.nudged)
            self.hub.people[self._counted] -= 1
            if not self.hub.people[self._counted]:
                del self.hub.people[self._counted]

    # Who may stay.

    def nudged(self, version: int) -> None:
        """Something of the person's own was committed. It may be a ban, after which nothing may reach them: who was
        told that it is done would be wrong. So the socket waits until that is known."""
        self._committed = max(self._committed, version)
        self.hub.hold(self.socket)

    def changed(self, answer: Changes | Reset | None) -> None:
        """The person's own stream was read."""
        if isinstance(answer, Changes):
            self._heard = answer.version
        else:  # it may have fallen, or begins anew
            self._heard = self._committed = answer.version if answer else 0
        if answer is None or concerns(answer, self.grants):
            self.recheck()
        elif not self._rechecking:
            self._release()

    def _release(self) -> None:
        """Unless there is more to be read, or a look that failed is still to be made."""
        if self._heard >= self._committed and not self._changed:
            self.hub.release(self.socket)

    def recheck(self) -> None:
        self._changed = True
        if not self._rechecking and not self.socket.closed:
            self._rechecking = True
            self.hub.spawn(self._recheck())

    async def _recheck(self) -> None:
        try:
            while self._changed and not self.socket.closed:
                self._changed = False
                async with self.hub.looks:
                    await self.authorise()
        except Refused as refused:
            self.socket.close(refused.code)
        except Gone:
            self.socket.close(Close.GONE)
        except DatabaseError as error:
            self._changed = True
            self.hub.database.report(error)
            self._later(TICK)
        else:
            self._release()
            if self.person:
                self._later(RECHECK)
        finally:
            self._rechecking = False

    async def authorise(self) -> None:
        """Look again at the session, the person and the stream; raises Refused."""
        if known := self.person:
            self.person = await self.hub.database(person_of, self.session)
            if self.person is None or self.person.pk != known.pk:
                raise Refused(Close.SIGN_IN)
            await self._watch(known.pk)  # its stream may have been created anew
        if await self.stream() != self.name:
            raise Refused(Close.GONE)

    async def _watch(self, pk: Any) -> None:
        try:
            await self.hub.watch(stream_of(pk), self.changed, self.nudged)
        except Gone:  # nobody needed it before
            await self.hub.database(Stream.create_missing, [stream_of(pk)])
            await self.hub.watch(stream_of(pk), self.changed, self.nudged)
        if self._left:
            self.hub.unwatch(stream_of(pk), self.changed, self.nudged)

    def _count(self, pk: Any) -> None:
        if self.hub.people[pk] >= MAX_PER_PERSON:
            raise Refused(Close.TOO_MANY)
        self.hub.people[pk] += 1
        self._counted = pk

    def _later(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        if not self.socket.closed:
            self._timer = self.hub.loop.call_later(seconds * random.uniform(0.75, 1), self.recheck)

    # What they do.

    async def perform(self, action: Any) -> dict[str, Any] | None:
        """Carry out an action: what its ack says, or None if it is not answered. Raises Refusal."""
        raise NotImplementedError

    def budget(self, action: Any) -> dict[Any, Rate]:
        """The token buckets that an action is taken from."""
        return buckets(self.person, (self.scope.get("client") or [None])[0])

    async def act(self, action: Any) -> None:
        id = getattr(action, "id", None)
        wait = self.hub.limits.take(self.budget(action))
        try:
            if wait:
                raise too_fast(wait)
            answer = await self.perform(action)
        except Refusal as refusal:
            self.refuse(id, refusal)
        except (Unavailable, DatabaseError):
            self.refuse(id, unavailable())
        else:
            if id and answer is not None:
                self.reply(wire.ack(id, answer))
        if wait:
            await asyncio.sleep(min(wait, 1))  # backpressure: what it sends meanwhile stays with it

    def refuse(self, id: str | None, refusal: Refusal) -> None:
        if id:
            self.reply(wire.error(id, refusal.code, refusal.detail, refusal.retry_after))


def buckets(person: Any, host: str | None) -> dict[Any, Rate]:
    """Those of a person, and of everyone at an address."""
    rates: dict[Any, Rate] = {}
    if person:
        rates["person", person.pk] = PERSON_RATE
    if address := address_key(host):
        rates["address", address] = ADDRESS_RATE
    return rates


def too_fast(wait: float) -> Refusal:
    return Refusal("too_fast", _("You are going too fast. Wait a moment."), ceil(wait * 10) / 10)


def concerns(answer: Changes | Reset, grants: frozenset[str]) -> bool:
    """Whether an answer says anything of access: a model that grants it, or a version that no item carries."""
    if isinstance(answer, Reset):
        return True
    models = {item.id.partition("-")[0] for item in answer.items}
    told = {item.version for item in answer.items}
    return bool(models & grants) or len(told) < answer.version - answer.after
