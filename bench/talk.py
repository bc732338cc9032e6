"""The room in which everyone writes: talkers, each of whom says the next thing when the last one was acknowledged.

They run in a process of their own, like the readers of load.py. Messages are numbered, so that each talker must be sent
those of all others, once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from array import array
from typing import Any, NamedTuple

import uvloop
from picows import WSListener, WSMsgType, ws_connect

from .contestants import CONTESTANTS, Place
from .contestants.chat import Chat
from .load import take_orders

SIZE = 80  # bytes of a message
WORDS = "and then the wind went round to the west, so that we all had to start again."


class Message(NamedTuple):
    run: int
    talker: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Message:
        return cls(*map(int, text.split(" ", 3)[:3]))

    @property
    def text(self) -> str:
        return f"{self.run} {self.talker} {self.number} {WORDS}"[:SIZE]


class Talker(WSListener):
    def __init__(self, talk: Talk, index: int) -> None:
        self.talk = talk
        self.index = index
        self.ready = asyncio.Event()
        self.seen: set[Message] = set()
        self.acknowledged = 0
        self.waits = False  # for its last message to be acknowledged

    def on_ws_connected(self, transport: Any) -> None:
        self.transport = transport
        if not self.talk.contestant.greets:
            self.ready.set()

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        now = time.monotonic_ns()
        if frame.msg_type is WSMsgType.TEXT:
            self.ready.set()
            self.take(frame.get_payload_as_bytes(), now)
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: Any) -> None:
        self.talk.lost += 1
        self.talk.over.set()

    def say(self) -> None:
        """The next message, until the time is over."""
        self.said = time.monotonic_ns()
        self.waits = self.said < self.talk.deadline
        if self.waits:
            message = Message(self.talk.run, self.index, self.acknowledged)
            self.transport.send(WSMsgType.TEXT, self.talk.contestant.saying(message.text))

    def take(self, frame: bytes, now: int) -> None:
        talk = self.talk
        messages = talk.messages(frame)
        known = len(self.seen)
        self.seen.update(messages)
        talk.strays += known + len(messages) - len(self.seen)
        talk.arrivals += 1
        mine = Message(talk.run, self.index, self.acknowledged)
        if self.waits and talk.contestant.acknowledges(frame, mine in self.seen):
            talk.delays.append(now - self.said)
            talk.last = now
            self.acknowledged += 1
            self.say()
        talk.check()


class Talk:
    def __init__(self, contestant: str, place: Place) -> None:
        chat = CONTESTANTS[contestant]
        assert isinstance(chat, Chat)
        self.contestant = chat
        self.place = place
        self.talkers: list[Talker] = []
        self.over = asyncio.Event()
        self.lost = 0
        self.begin(run=0, seconds=0)

    def begin(self, run: int, seconds: float) -> None:
        self.run = run
        self.began = time.monotonic_ns()
        self.deadline = self.began + int(1e9 * seconds)
        self.frames: dict[bytes, list[Message]] = {}
        self.strays = self.arrivals = self.last = 0
        self.delays = array("q")
        self.over.clear()
        for talker in self.talkers:
            talker.seen, talker.acknowledged = set(), 0

    # Orders.

    async def connect(self, sessions: list[str]) -> dict[str, Any]:
        """Members of the room, each with a session of their own."""
        address = f"ws://127.0.0.1:{self.place.port}{self.contestant.path('lobby')}"
        for session in sessions:
            talker = Talker(self, len(self.talkers))
            headers = {**self.contestant.headers(self.place), "Cookie": f"sessionid={session}"}
            await ws_connect(lambda talker=talker: talker, address, extra_headers=headers)
            self.talkers.append(talker)
            async with asyncio.timeout(30):
                await talker.ready.wait()
        return {}

    async def talk(self, run: int, seconds: float, patience: float = 60) -> dict[str, Any]:
        """All talk for so many seconds; then everything has to arrive."""
        self.begin(run, seconds)
        for talker in self.talkers:
            talker.say()
        try:
            async with asyncio.timeout(seconds + patience):
                if not self.lost:
                    await self.over.wait()
        except TimeoutError:
            pass
        return self.result()

    def result(self) -> dict[str, Any]:
        """How many messages of each were acknowledged, and how long it took until the last one was."""
        said = {Message(self.run, each.index, number) for each in self.talkers for number in range(each.acknowledged)}
        unanswered = sum(talker.waits for talker in self.talkers)
        delays = sorted(self.delays) or [0]
        return {
            "said": [talker.acknowledged for talker in self.talkers],
            "seconds": (self.last - self.began) / 1e9,
            "frames": self.arrivals,
            "missing": sum(len(said - talker.seen) for talker in self.talkers) + self.lost + unanswered,
            "doubled": self.strays + sum(len(talker.seen - said) for talker in self.talkers),
            "delays": [delays[len(delays) * percent // 100] for percent in (50, 99)],
        }

    # What happens.

    def messages(self, frame: bytes) -> list[Message]:
        """The same bytes come to all: they are decoded once."""
        if frame not in self.frames:
            self.frames[frame] = [Message.parse(text) for text in self.contestant.texts(frame)]
        return self.frames[frame]

    def check(self) -> None:
        """Whether the time is over, nobody waits for an answer, and all have everything."""
        if time.monotonic_ns() >= self.deadline and self.complete():
            self.over.set()

    def complete(self) -> bool:
        if any(talker.waits for talker in self.talkers):
            return False
        said = sum(talker.acknowledged for talker in self.talkers)
        return all(len(talker.seen) >= said for talker in self.talkers)


async def main() -> None:
    await take_orders(Talk(sys.argv[1], Place(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    gc.disable()  # it would take a break just then
    uvloop.run(main())
