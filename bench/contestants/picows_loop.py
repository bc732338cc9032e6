"""A bare loop of picows, a WebSocket library in C for Python: the limit of what Python can do."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

from bench.publish import Order
from tests.servers import Process

from .base import HERE, Contestant, Place, message


class PicowsLoop(Contestant):
    name = "picows"
    title = "bare picows loop (the limit)"

    def missing(self) -> str:
        return "" if find_spec("picows") else "picows"

    def start(self, place: Place) -> Process:
        return Process([sys.executable, str(HERE / "picows_server.py"), str(place.port)])

    def path(self, channel: str) -> str:
        return f"/{channel}"

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        from websockets.sync.client import connect

        connection = connect(f"ws://127.0.0.1:{place.port}/publish", compression=None)
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return partial(Order.carry_out, publish=lambda channel, text: connection.send(f"{channel} {message(text)}"))
