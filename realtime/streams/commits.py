"""What a transaction raised is told once, when it is committed, to whoever listens: the hubs of this process.

The write side knows no hub: they register themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

Listener = Callable[[Mapping[str, int]], None]

#: Called after a commit, in its thread, with the new heads by stream. They may not fail, nor wait for anyone.
listeners: list[Listener] = []


class Announcement:
    """The heads that a transaction raised, told once when it is committed, however many statements it had."""

    def __init__(self, heads: Mapping[str, int]) -> None:
        self.heads = dict(heads)

    def __call__(self) -> None:
        for listener in listeners:
            listener(self.heads)


def announce_on_commit(heads: Mapping[str, int]) -> Announcement:
    """Add to what the transaction, or its savepoint, will announce: what is rolled back with it is not told."""
    connection = transaction.get_connection()
    for savepoints, function, _ in reversed(connection.run_on_commit):
        if isinstance(function, Announcement) and savepoints == set(connection.savepoint_ids):
            function.heads |= heads
            return function
    announcement = Announcement(heads)
    transaction.on_commit(announcement, robust=True)
    return announcement


def is_pending(announcement: Announcement | None) -> bool:
    """Whether it awaits the commit: not when the transaction, or its savepoint, was rolled back."""
    waiting = reversed(transaction.get_connection().run_on_commit)
    return any(function is announcement for _, function, _ in waiting)
