"""This project: `manage.py serve`, or Daphne; with Redis, or with the in-memory layer.

With Redis, entries come from another process; without, from a thread of the server itself, as its admin would write
them. Either way each is saved to the database, and that takes part of the time to the last reader.
"""

from __future__ import annotations

import json
import shutil
import socket
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.publish import Order
from tests.servers import Process

from .base import Contestant, Place


class Site(Contestant):
    greets = True

    def __init__(self, server: str, redis: bool) -> None:
        self.server = server
        self.redis = redis
        self.name = f"{server}-{'redis' if redis else 'memory'}"
        self.title = f"this project, {server}, {'Redis' if redis else 'in memory'}"

    def env(self, place: Place) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "bench.site.settings",
            "DEBUG": "0",
            "SECRET_KEY": "a-key-for-the-benchmark-alone-that-is-long-enough-to-pass-every-check",
            "DATABASE_URL": database(place),
            "REDIS_URL": place.redis if self.redis else "",
            "STATIC_ROOT": f"{place.folder}/static",
            "DRAIN_SECONDS": "0",
            "LOG_LEVEL": "WARNING",
            "MAX_SOCKETS_PER_ADDRESS": "20000",  # all readers come from this machine
        }

    def start(self, place: Place) -> Process:
        self.prepare(place)
        command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", str(place.port)]
        if self.server == "daphne":
            where = ["-v", "0", "-b", "127.0.0.1", "-p", str(place.port)]
            command = [sys.executable, "-m", "daphne", *where, "bench.site.asgi:application"]
        return Process(command, {**self.env(place), "BENCH_ORDERS": orders(place)})

    def prepare(self, place: Place) -> None:
        """A database with the live blogs, the room and its members, and the static files: for SQLite copied."""
        folder = Path(place.folder)
        made = folder if place.postgres else folder.parent / "site"
        if not made.exists():
            made.mkdir()
            first = Place(str(made), place.port, place.redis, place.postgres)
            prepare("bench.site.prepare", first, self.env(first))
        if not folder.exists():
            shutil.copytree(made, folder)

    def path(self, channel: str) -> str:
        return f"/_ws/liveblog/{channel}"

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        if not self.redis:
            return lambda order: ask(place, **asdict(order))
        import django

        django.setup()
        from bench.site.posting import carry_out

        return carry_out

    def texts(self, frame: bytes) -> list[str]:
        items = json.loads(frame).get("items", ())
        return [item["data"]["body"] for item in items if "body" in item.get("data", ())]


def database(place: Place) -> str:
    return place.postgres or f"sqlite:///{place.folder}/site.sqlite3"


def prepare(module: str, place: Place, env: dict[str, str]) -> None:
    process = Process([sys.executable, "-m", module, place.folder], env)
    try:
        if process.popen.wait(timeout=60):
            raise RuntimeError(process.output())
    finally:
        process.end()


def head(place: Place, channel: str) -> int:
    """The version at which a live blog is now."""
    url = f"http://127.0.0.1:{place.port}/liveblog/{channel}/changes/?after=0"
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)["version"]


def orders(place: Place) -> str:
    """The socket at which the server's own process takes orders; see bench/site/apps.py."""
    return f"{place.folder}/orders"


def ask(place: Place, **order: Any) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as plain:
        plain.connect(orders(place))
        plain.sendall(json.dumps(order).encode() + b"\n")
        with plain.makefile() as answers:
            return json.loads(answers.readline())
