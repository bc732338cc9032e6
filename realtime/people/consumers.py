"""The consumer base for people: sockets that know whose they are, take actions, and end with the right to be there."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Hashable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import Error as DatabaseError

from realtime.hub import Gone, Hub, Rate, Service, address_key, timing
from realtime.sockets import CloseSocket, StreamConsumer
from realtime.streams import Answer, Changes, Close, create_streams, wire

from .refusals import Refusal, TooFast, Unavailable
from .revocation import user_stream
from .sessions import authenticate, claimed_by, session_key

MAX_PER_PERSON = 50  # sockets of one person in one process
RECHECK = 60  # seconds between looks for what no signal tells, such as a deleted session
PERSON_RATE = Rate(per_second=4, burst=20)
ADDRESS_RATE = Rate(per_second=50, burst=200)  # whole offices share one


class Looks(Service, asyncio.Semaphore):
    """At whether sockets may stay, so many at once: a thread is left for the streams."""

    def __init__(self, hub: Hub) -> None:
        asyncio.Semaphore.__init__(self, 2)


class PersonConsumer(StreamConsumer):
    """`person` is the user, None for nobody. A subclass names the stream, and may carry out actions by `perform`."""

    #: Names of the models whose items in `user.<pk>` say what a person may do.
    grants: frozenset[str] = frozenset()

    person: AbstractUser | None = None
    name = ""
    _claimed: Any = None  # the person whose session it came with, and whose own stream it watches
    _timer: asyncio.TimerHandle | None = None
    _left = _changed = False
    _rechecking = True  # until the first look is done
    _committed = _heard = 0  # versions of the person's own stream

    async def subscribe(self) -> None:
        self.session = session_key(self.scope)
        if claimed := await self.hub.database(claimed_by, self.session):
            self.take_share(("person", claimed), MAX_PER_PERSON)
            self._claimed = claimed
            await self._watch(claimed)  # before the first look: whatever changes from now on is told
            self.person = await self.hub.database(authenticate, self.session)
            self.reader.person = self.person and self.person.pk
        self.reader.recheck = self.recheck
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
        if self._claimed is not None:
            self.hub.pump.unwatch(user_stream(self._claimed), self.changed, self.nudged)

    # Who may stay.

    def nudged(self, version: int) -> None:
        """Something of the person's own was committed. It may be a ban, after which nothing may reach them: who was
        told that it is done would be wrong. So the socket waits until that is known."""
        self._committed = max(self._committed, version)
        self.hub.readers.hold(self.reader)

    def changed(self, answer: Answer | None) -> None:
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
            self.hub.readers.release(self.reader)

    def recheck(self) -> None:
        self._changed = True
        if not self._rechecking and not self.reader.closed:
            self._rechecking = True
            self.hub.spawn(self._recheck())

    async def _recheck(self) -> None:
        try:
            while self._changed and not self.reader.closed:
                self._changed = False
                async with self.hub.service(Looks):
                    await self.authorise()
        except CloseSocket as error:
            self.reader.close(error.code)
        except Gone:
            self.reader.close(Close.GONE)
        except DatabaseError as error:
            self._changed = True
            self.hub.database.report(error)
            self._later(timing.TICK)
        else:
            self._release()
            if self.person:
                self._later(RECHECK)
        finally:
            self._rechecking = False

    async def authorise(self) -> None:
        """Look again at the session, the person and the stream; raises CloseSocket."""
        if known := self.person:
            self.person = await self.hub.database(authenticate, self.session)
            if self.person is None or self.person.pk != known.pk:
                raise CloseSocket(Close.SIGN_IN)
            await self._watch(known.pk)  # its stream may have been created anew
        if await self.stream() != self.name:
            raise CloseSocket(Close.GONE)

    async def _watch(self, pk: Any) -> None:
        try:
            await self.hub.pump.watch(user_stream(pk), self.changed, self.nudged)
        except Gone:  # nobody needed it before
            await self.hub.database(create_streams, [user_stream(pk)])
            await self.hub.pump.watch(user_stream(pk), self.changed, self.nudged)
        if self._left:
            self.hub.pump.unwatch(user_stream(pk), self.changed, self.nudged)

    def _later(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        if not self.reader.closed:
            self._timer = self.hub.loop.call_later(seconds * random.uniform(0.75, 1), self.recheck)

    # What they do.

    async def perform(self, action: Any) -> dict[str, Any] | None:
        """Carry out an action: what its ack says, or None if it is not answered. Raises Refusal."""
        raise NotImplementedError

    def budget(self, action: Any) -> dict[Hashable, Rate]:
        """The token buckets that an action is taken from."""
        return buckets(self.person, (self.scope.get("client") or [None])[0])

    async def handle_frame(self, frame: Any) -> None:
        id = getattr(frame, "id", None)
        wait = self.hub.limits.take(self.budget(frame))
        try:
            if wait:
                raise TooFast(wait)
            answer = await self.perform(frame)
        except Refusal as refusal:
            self._decline(id, refusal)
        except DatabaseError:
            self._decline(id, Unavailable())
        else:
            if id and answer is not None:
                self.reply(wire.ack(id, answer))
        if wait:
            await asyncio.sleep(min(wait, 1))  # backpressure: what it sends meanwhile stays with it

    def _decline(self, id: str | None, refusal: Refusal) -> None:
        if id:
            self.reply(wire.error(id, refusal.code, refusal.detail, refusal.retry_after))


def buckets(person: AbstractUser | None, host: str | None) -> dict[Hashable, Rate]:
    """Those of a person, and of everyone at an address."""
    rates: dict[Hashable, Rate] = {}
    if person:
        rates["person", person.pk] = PERSON_RATE
    if address := address_key(host):
        rates["address", address] = ADDRESS_RATE
    return rates


def concerns(answer: Answer, grants: frozenset[str]) -> bool:
    """Whether an answer says anything of access: a model that grants it, or a version that no item carries."""
    if not isinstance(answer, Changes):
        return True
    return answer.touched or any(item.id.partition("-")[0] in grants for item in answer.items)
