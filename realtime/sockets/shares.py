"""How many of a process's sockets one address has, or one person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from realtime.hub import Hub, Service


class Shares(Service):
    def __init__(self, hub: Hub) -> None:
        self.taken: Counter[Hashable] = Counter()

    def take(self, key: Hashable, most: int) -> bool:
        """Take one; False if it has `most` already."""
        if self.taken[key] >= most:
            return False
        self.taken[key] += 1
        return True

    def give_back(self, key: Hashable) -> None:
        self.taken[key] -= 1
        if not self.taken[key]:
            del self.taken[key]
