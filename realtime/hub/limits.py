"""Token buckets: how often something may be done, by a person and from an address.

A bucket is one number, the time when it is full again. So there is none to keep once that time has passed.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

MAX_BUCKETS = 100_000  # about 25 MB
TOLERANCE = 1e-6  # seconds: whoever waits exactly as long as told must not fail by a rounding


class Rate(NamedTuple):
    """So many at once (1 or more), and then so many per second (more than 0)."""

    per_second: float
    burst: float


class Bucket:
    """A bucket by itself, for one who is known by what they hold."""

    __slots__ = ("full_at", "rate")

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self.full_at = 0.0

    def take(self, count: int, now: float) -> bool:
        """Take so many; False, and none taken, if they are not there. `now` is any clock's, in seconds."""
        after = max(now, self.full_at) + count / self.rate.per_second
        if after - now > self.rate.burst / self.rate.per_second + TOLERANCE:
            return False
        self.full_at = after
        return True


class Limits:
    """Buckets by key, in memory; any thread may take. A key names what is limited and for whom, and has one rate."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._clock = clock
        self._lock = threading.Lock()  # sockets take in the event loop, views in threads

    def take(self, rates: Mapping[Hashable, Rate]) -> float:
        """Take one from each bucket: 0.0. Where any is empty, from none: the seconds until all have one.

        limits.take({("send", "person", 5): Rate(1, 10), ("send", "address", "192.0.2.1"): Rate(5, 50)})
        """
        with self._lock:
            now = self._clock()
            after = {key: max(now, self.full_at.get(key, now)) + 1 / rate.per_second for key, rate in rates.items()}
            waits = [after[key] - now - rate.burst / rate.per_second for key, rate in rates.items()]
            if (wait := max(waits, default=0.0)) > TOLERANCE:
                return wait
            self.full_at.update(after)
            self._sweep(now, 2 * len(rates))
            return 0.0

    def _sweep(self, now: float, count: int) -> None:
        """Look at the next few, and forget those that are full: two for each one taken keep up with any flood.

        Beyond the maximum others go as well: who has so many addresses is not held up by a limit per address.
        """
        for _ in range(min(count, len(self.full_at))):
            key, full_at = self.full_at.popitem(last=False)
            if full_at > now:
                self.full_at[key] = full_at  # to the end of the line
        while len(self.full_at) > MAX_BUCKETS:
            self.full_at.popitem(last=False)


def address_key(host: str | None) -> str | None:
    """What stands for a client's address: IPv6 by its /64, which is what one household or machine has.

    None for what is no address, such as the peers of a Unix socket: they cannot be told apart, so that a limit for
    one would be a limit for all.
    """
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64)
    return str(address)
