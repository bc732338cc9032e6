"""The publisher, a process of its own: writes entries that carry their number and the time at which they were sent off.

An order is `{"run": 3, "count": 100, "first": 0, "channels": 1, …}`: entries 0 to 99 of run 3, spread over the first
so many channels. The answer is when the last call returned, by the clock that stamps the entries.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, NamedTuple

SIZE = 400  # bytes of an entry's text
WORDS = "The leaders round the outer mark and the gap is down to two lengths while the wind drops to six knots. " * 4

Publish = Callable[[str, str], Any]  # channel, text


class Entry(NamedTuple):
    run: int
    number: int
    stamp: int  # nanoseconds on CLOCK_MONOTONIC, which all processes of a machine share

    @classmethod
    def parse(cls, text: str) -> Entry:
        return cls(*map(int, text.split(" ", 3)[:3]))


@dataclass
class Order:
    run: int
    count: int
    first: int = 0
    channels: int = 1
    per_second: float = 0  # 0: as fast as it goes
    at_once: bool = False  # in one transaction, where there are transactions

    def carry_out(
        self, publish: Publish, together: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> dict[str, int]:
        began = time.monotonic()
        with together() if self.at_once else nullcontext():
            for number in range(self.first, self.first + self.count):
                if self.per_second:
                    time.sleep(max(0, began + (number - self.first) / self.per_second - time.monotonic()))
                stamp = f"{self.run} {number} {time.monotonic_ns()} "
                publish(channel(number % self.channels), (stamp + WORDS)[:SIZE])
        return {"returned": time.monotonic_ns()}


def channel(index: int) -> str:
    return f"blog{index}"


def main() -> None:
    from .contestants import CONTESTANTS, Place

    name, place = sys.argv[1:]
    carry_out = CONTESTANTS[name].publisher(Place(**json.loads(place)))
    for line in sys.stdin:
        print(json.dumps(carry_out(Order(**json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
