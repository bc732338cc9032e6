"""The load: readers who count every change, in a process of its own on picows. An order is a method and its arguments.

Both time stamps are of one clock, CLOCK_MONOTONIC: the publisher writes the first into the entry, this adds the second.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from array import array
from itertools import batched
from typing import Any

import uvloop
from picows import WSCloseCode, WSListener, WSMsgType, ws_connect

from .contestants import CONTESTANTS, Place
from .pages import requests
from .publish import Entry, channel

AT_ONCE = 50  # handshakes
PER_ADDRESS = 20_000  # connections from one loopback address, which has 28,000 ports


class Reader(WSListener):
    def __init__(self, load: Load, index: int) -> None:
        self.load = load
        self.index = index
        self.ready = asyncio.Event()
        self.seen: set[int] = set()

    def on_ws_connected(self, transport: Any) -> None:
        self.transport = transport
        if not self.load.contestant.greets:
            self.ready.set()

    def on_ws_frame(self, transport: Any, frame: Any) -> None:
        now = time.monotonic_ns()
        if frame.msg_type is WSMsgType.TEXT:
            self.ready.set()
            self.load.arrived(self, frame.get_payload_as_bytes(), now)
        elif frame.msg_type is WSMsgType.CLOSE:
            transport.disconnect()

    def on_ws_disconnected(self, transport: Any) -> None:
        if self in self.load.readers:
            self.load.readers.remove(self)
            self.load.lost += 1


class Load:
    def __init__(self, contestant: str, place: Place) -> None:
        self.contestant = CONTESTANTS[contestant]
        self.place = place
        self.readers: set[Reader] = set()
        self.goal_reached = asyncio.Event()
        self.expect(run=0, count=0)

    # Orders.

    async def connect(self, readers: int, channels: int = 1, after: int | None = None) -> dict[str, Any]:
        """More readers, up to so many, spread over the channels. The answer is how long it took."""
        began = time.monotonic()
        for indexes in batched(range(len(self.readers), readers), AT_ONCE):
            async with asyncio.TaskGroup() as group:
                for index in indexes:
                    group.create_task(self._connect(index, channel(index % channels), after))
        return {"seconds": time.monotonic() - began}

    async def _connect(self, index: int, channel: str, after: int | None) -> None:
        address = f"ws://127.0.0.1:{self.place.port}{self.contestant.path(channel)}"
        reader = Reader(self, index)
        await ws_connect(
            lambda: reader,
            address if after is None else f"{address}?after={after}",
            extra_headers=self.contestant.headers(self.place),
            websocket_handshake_timeout=30,
            local_addr=(f"127.0.0.{1 + index // PER_ADDRESS}", 0),
        )
        self.readers.add(reader)
        async with asyncio.timeout(30):
            await reader.ready.wait()

    async def keep(self, readers: int) -> dict[str, Any]:
        """Close all but the first so many."""
        leaving = {reader for reader in self.readers if reader.index >= readers}
        self.readers -= leaving
        for reader in leaving:
            reader.transport.send_close(WSCloseCode.OK)
            reader.transport.disconnect()
        async with asyncio.timeout(30):
            await asyncio.gather(*(reader.transport.wait_disconnected() for reader in leaving))
        return {}

    def expect(self, run: int, count: int, channels: int = 1) -> dict[str, Any]:
        """Count from now on the entries of this run: `count`, spread over the channels as the readers are."""
        self.run, self.count, self.channels = run, count, channels
        self.entries: dict[bytes, list[Entry]] = {}
        self.first, self.last, self.delays = [0] * count, [0] * count, array("q")
        self.arrivals = self.strays = self.lost = self.frames = self.bytes = 0
        self.goal = sys.maxsize
        for reader in self.readers:
            reader.seen = set()
        return {}

    async def wait(self, numbers: int, readers: int, within: float = 60) -> dict[str, Any]:
        """Until so many of the entries have arrived at all who read them."""
        self.goal = numbers * readers // self.channels
        self.goal_reached.clear()
        try:
            async with asyncio.timeout(within):
                if self.arrivals < self.goal:
                    await self.goal_reached.wait()
        except TimeoutError:
            return {"complete": False}
        return {"complete": True}

    def result(self) -> dict[str, Any]:
        """What arrived. Anything missing, doubled or in the wrong place makes a run invalid."""
        missing = self.lost * self.count // self.channels
        for reader in self.readers:
            wanted = set(range(reader.index % self.channels, self.count, self.channels))
            missing += len(wanted - reader.seen)
            self.strays += len(reader.seen - wanted)
        delays = sorted(self.delays)
        return {
            "deliveries": self.arrivals,
            "missing": missing,
            "doubled": self.strays,
            "frames": self.frames,
            "bytes": self.bytes,
            "delays": [delays[len(delays) * percent // 100] for percent in (50, 99)] if delays else [0, 0],
            "stamps": self.first,
            "last": self.last,
        }

    async def request(self, **order: Any) -> dict[str, Any]:
        return await requests(self.place.port, **order)

    # What happens.

    def arrived(self, reader: Reader, frame: bytes, now: int) -> None:
        entries = self.entries.get(frame)
        if entries is None:  # the same bytes come to all: they are decoded once
            entries = self.entries[frame] = [Entry.parse(text) for text in self.contestant.texts(frame)]
        if not entries:
            return
        self.frames += 1
        self.bytes += len(frame)
        for run, number, stamp in entries:
            if run != self.run or number in reader.seen:
                self.strays += 1
                continue
            reader.seen.add(number)
            self.arrivals += 1
            self.delays.append(now - stamp)
            self.first[number], self.last[number] = stamp, now
        if self.arrivals >= self.goal:
            self.goal_reached.set()


async def take_orders(load: Any) -> None:
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        order = json.loads(line)
        answer = getattr(load, order.pop("do"))(**order)
        print(json.dumps(await answer if asyncio.iscoroutine(answer) else answer), flush=True)


async def main() -> None:
    await take_orders(Load(sys.argv[1], Place(**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    gc.disable()  # it would take a break just then
    uvloop.run(main())
