"""What a contestant is: how to start it, how to publish, how to read a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.publish import Order
from tests.servers import Process

HERE = Path(__file__).resolve().parent


@dataclass
class Place:
    """Where a contestant runs: a folder of its own, a free port, the benchmark's Redis."""

    folder: str
    port: int
    redis: str
    postgres: str = ""  # the URL of a database of its own; "" for those with SQLite, or without any


class Contestant:
    name: str  # in results.json, and on the command line
    title: str
    load = "bench.load"  # the module of its clients
    needs_postgres = False
    greets = False  # whether it sends a frame of its own to a reader who is there
    most_readers = 5000  # to whom an entry comes within a second

    def missing(self) -> str:
        """What this machine lacks to run it; "" if nothing."""
        return ""

    def env(self, place: Place) -> dict[str, str]:
        """The environment of server and publisher."""
        return {}

    def start(self, place: Place) -> Process:
        """The server, listening soon on the place's port."""
        raise NotImplementedError

    def path(self, channel: str) -> str:
        """Where a reader of a channel connects."""
        raise NotImplementedError

    def headers(self, place: Place) -> dict[str, str]:
        """What a browser on one of its pages would send: the Origin."""
        return {"Origin": f"http://127.0.0.1:{place.port}"}

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        """In the publisher's process: what carries out an order."""
        raise NotImplementedError

    def texts(self, frame: bytes) -> list[str]:
        """The texts of the entries in a frame."""
        return [json.loads(frame)["message"]]


def message(text: str) -> str:
    """The frame of those who have no format of their own."""
    return json.dumps({"message": text})
