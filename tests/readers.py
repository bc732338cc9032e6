"""A reader as docs/protocol.md describes one: it keeps every rule of the protocol, and records what it is sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import resource
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from .servers import Server

LIVEBLOG = "/_ws/liveblog/demo"
ESTABLISHED, LISTENING = "01", "0A"  # as in /proc/net/tcp


class Reader:
    """Follows one stream over any number of connections, through whatever happens to them.

    `texts` are what the items say, entries by their headline or else by their body, in the order of arrival; `arrived`
    says when each came first (time.monotonic); `closes` are (when, code) of the connections that ended. Options go to
    `open_socket`.
    """

    def __init__(self, server: Server, path: str = LIVEBLOG, **options: Any) -> None:
        self.server = server
        self.path = path
        self.options = options
        self.version: int | None = None
        self.known: dict[str, int] = {}
        self.texts: list[str] = []
        self.arrived: dict[str, float] = {}
        self.changes: list[tuple[int, str]] = []  # version and id of every item it was sent
        self.gaps = self.resets = self.connections = self.failures = 0
        self.closes: list[tuple[float, int]] = []
        self.connection: ClientConnection | None = None
        self.greeted = asyncio.Event()
        self.awake = asyncio.Event()  # cleared: it stops reading
        self.awake.set()
        self.pause = 0.0  # seconds between frames

    async def run(self) -> None:
        """Stay connected; return when the server says that there is nothing to come back for."""
        while True:
            code = await self._connection()
            self.closes.append((time.monotonic(), code))
            if code == 1000 or code >= 4400:
                return
            await asyncio.sleep(random.uniform(0, min(1, 0.1 * 2**self.failures)))
            self.failures += 1

    async def _connection(self) -> int:
        """Its close code; 1006 if it ended without one."""
        after = "" if self.version is None else f"?after={self.version}"
        try:
            async with open_socket(self.server, self.path + after, **self.options) as connection:
                self.connections += 1
                self.connection = connection
                inside = True
                while inside:
                    await self.awake.wait()
                    inside = await self._receive(json.loads(await connection.recv()))
                    await asyncio.sleep(self.pause)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except (OSError, InvalidHandshake, EOFError):  # it is down, or restarting
            pass
        finally:
            self.greeted.clear()
        return 1006

    async def _receive(self, frame: dict[str, Any]) -> bool:
        """Whether it is in step; otherwise the next connection resumes from its version."""
        if frame["type"] == "hello":
            assert frame["protocol"] == 1
            self.version = frame["version"] if self.version is None else self.version
            self.failures = 0
            self.greeted.set()
            return True
        assert self.version is not None, f"{frame['type']} came before hello"
        start = {"changes": "after", "heartbeat": "version"}.get(frame["type"])
        if frame["type"] == "reset":
            await self._take_page(frame["version"])
            self.resets += 1
        elif start and frame[start] > self.version:
            self.gaps += 1
            return False
        elif frame["type"] == "changes":
            for item in frame["items"]:
                self._apply(item)
            self.version = max(self.version, frame["version"])
        return True

    def _apply(self, item: dict[str, Any]) -> None:
        self.changes.append((item["version"], item["id"]))
        if item["version"] > self.known.get(item["id"], 0):
            self.known[item["id"]] = item["version"]
            data = item.get("data", {})
            if text := data.get("headline") or data.get("body") or data.get("text"):
                self.texts.append(text)
                self.arrived.setdefault(text, time.monotonic())

    async def _take_page(self, head: int) -> None:
        self.version = 0
        while self.version < head:
            page = await asyncio.to_thread(self.server.get, self.path.replace("/_ws", "", 1) + "/")
            self.version = int(re.search(r'<live-stream[^>]* version="(\d+)"', page)[1])  # type: ignore[index]
            items = re.findall(r'<article id="([^"]+)" data-version="(\d+)"', page)
            self.known = {id: int(version) for id, version in items}

    def check(self, texts: list[str]) -> None:
        """It has been sent exactly these entries, in order, each once; and never a gap or a reset."""
        assert self.texts == texts
        self.check_order()

    def check_order(self) -> None:
        """Every change came once, in the order of versions; and never a gap or a reset."""
        versions = [version for version, _ in self.changes]
        assert versions == sorted(versions)
        assert len(set(self.changes)) == len(self.changes)
        assert (self.gaps, self.resets) == (0, 0)


def open_socket(server: Server, path: str = LIVEBLOG, *, buffer: int | None = None, **options: Any) -> connect:
    """A connection as a page of this site opens it; `buffer` limits the bytes that its kernel receives unread."""
    if buffer:
        options |= {"sock": connected(server, buffer), "max_queue": 1}
    options = {"origin": server.url, "compression": None, "proxy": None, "max_size": None, **options}
    return connect(server.socket_url + path, **options)


def connected(server: Server, buffer: int | None = None) -> socket.socket:
    plain = socket.socket()
    plain.settimeout(10)
    if buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    plain.connect(("127.0.0.1", server.port))
    return plain


@contextlib.contextmanager
def knock(
    server: Server,
    target: bytes = LIVEBLOG.encode(),
    *,
    method: bytes = b"GET",
    buffer: int | None = None,
    **headers: Any,
) -> Iterator[tuple[int, socket.socket]]:
    """A handshake in bytes, for what no library would send: the status, and the connection. None omits a header."""
    fields: dict[str, bytes | None] = {
        "host": f"127.0.0.1:{server.port}".encode(),
        "origin": server.url.encode(),
        "upgrade": b"websocket",
        "connection": b"Upgrade",
        "sec_websocket_version": b"13",
        "sec_websocket_key": b"dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    lines = [name.replace("_", "-").encode() + b": " + value for name, value in fields.items() if value is not None]
    with connected(server, buffer) as plain:
        plain.sendall(b"\r\n".join([b"%b %b HTTP/1.1" % (method, target), *lines, b"", b""]))
        head = b""
        while not head.endswith(b"\r\n\r\n") and (byte := plain.recv(1)):
            head += byte
        yield int(head.split()[1]) if head else 0, plain


async def frame(connection: ClientConnection) -> Any:
    return json.loads(await asyncio.wait_for(connection.recv(), 5))


async def close_code(connection: ClientConnection) -> int | None:
    """The code that the server closes with; what it says before that is passed over."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await frame(connection)
    return connection.close_code


@contextlib.asynccontextmanager
async def reading(*readers: Reader) -> AsyncIterator[None]:
    """Inside the block these readers, greeted, read."""
    tasks = [asyncio.create_task(reader.run()) for reader in readers]
    try:
        await until(lambda: all(reader.greeted.is_set() for reader in readers), what="all readers' hello")
        yield
    finally:
        done = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()  # raises what broke the reader, such as a rule of the protocol


async def until(condition: Callable[[], Any], seconds: float = 15, what: str = "the condition") -> None:
    """Like `wait_until`, while the readers of this process go on."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        await asyncio.sleep(0.02)


def connections(server: Server, state: str = ESTABLISHED) -> int:
    """How many sockets a server's process has on its port, which several may share, by Linux's own account."""
    inodes = set()
    for file in Path(f"/proc/{server.popen.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            inodes.add(str(file.stat().st_ino))
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    # While others come and go, the kernel may list a socket twice.
    return len({row[9] for row in rows if row[1].endswith(f":{server.port:04X}") and row[3] == state} & inodes)


def memory(server: Server) -> int:
    """The resident memory of a server's process in bytes."""
    return int(Path(f"/proc/{server.popen.pid}/statm").read_text().split()[1]) * resource.getpagesize()
