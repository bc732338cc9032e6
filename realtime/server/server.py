"""The production server: uvicorn as a library, draining before it stops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Iterator
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from realtime.hub import get_hub
from realtime.streams import wire

from .intake import BoundedProtocol
from .protocol import FrameProtocol

STOP_SECONDS = 5  # what requests under way get once the drain is over


class Server(uvicorn.Server):
    """SIGTERM: not ready, no new sockets, open ones closed 1012 over the drain time, then exit 0; all the while it
    listens. A second signal stops at once, and so does Ctrl-C.

    uvicorn itself closes its listeners first, drops all sockets at once and dies of the signal.
    """

    def __init__(self, config: uvicorn.Config, drain_seconds: float) -> None:
        super().__init__(config)
        self.drain_seconds = drain_seconds
        self._drain: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        handled = (signal.SIGTERM, signal.SIGINT)
        original = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in original.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        get_hub()
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what was loaded by now stays: to look through it for garbage stops all threads for 80 ms

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._on_signal, sig)

    def _on_signal(self, sig: int) -> None:
        if self._drain or self.should_exit or sig == signal.SIGINT:
            self.should_exit = self.force_exit = True
        else:
            self._drain = self._loop.create_task(self._drain_then_exit())

    async def _drain_then_exit(self) -> None:
        await get_hub().drain(self.drain_seconds)
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose options the connections inherit. Several processes may share the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "SO_REUSEPORT"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # Small kernel buffers and a limit on unacknowledged data: who stopped reading, or vanished, shows within seconds.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 10_000)
    listener.bind((host, port))
    listener.set_inheritable(True)
    return listener


def behind_proxies(application: Any, trusted: str) -> Any:
    """Take the client's address and scheme from proxies at these addresses or networks (comma-separated).

    `*`: whoever connects is the one proxy. Its word counts, and not what it passes on of others: the last address.
    """
    forwarded: Any = ProxyHeadersMiddleware(application, trusted)

    async def nearest(scope: Any, receive: Any, send: Any) -> None:
        heard = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        others = [header for header in scope["headers"] if header[0] != b"x-forwarded-for"]
        last = [(b"x-forwarded-for", value.rpartition(b",")[2].strip()) for value in heard[-1:]]
        await forwarded({**scope, "headers": [*others, *last]}, receive, send)

    return nearest if trusted.strip() == "*" else forwarded


def run(application: Any, listener: socket.socket, drain_seconds: float) -> None:
    config = uvicorn.Config(
        behind_proxies(application, os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")),
        proxy_headers=False,  # it takes `*` for a reason to believe whatever a client says of its address
        http=BoundedProtocol,
        ws=FrameProtocol,
        ws_max_size=wire.MAX_FRAME,
        ws_ping_interval=None,  # the hub's heartbeats do that, without a timer per socket
        ws_per_message_deflate=False,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    Server(config, drain_seconds).run([listener])
