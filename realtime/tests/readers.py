"""Readers for the kernel's tests: each keeps a page by the frames it takes, and holds them to the contract."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async

from realtime.hub import Hub, Reader
from realtime.streams import heads, reading

from .board.models import Board, Note

News = list[dict[str, str | None]]  # per version, in order: the text of each item by its id, None for a removed one


class Page:
    """What a page shows of a stream: `items` are texts by id. `versions` are those of all changes it has taken."""

    def __init__(self, name: str, version: int = 0) -> None:
        self.name = name
        self.version = version
        self.items: dict[str, str] = {}
        self.versions: list[int] = []

    def load(self) -> None:
        """As page code does it: the head first, then the items."""
        self.version = heads([self.name])[self.name]
        self.items = shown(self.name)

    def take(self, frame: dict[str, Any]) -> News:
        """Apply a `changes` frame: without a gap, in version order, each item once, nothing beyond its bounds."""
        assert frame["after"] == self.version
        versions = [item["version"] for item in frame["items"]]
        assert versions == sorted(versions)
        assert all(frame["after"] < version <= frame["version"] for version in versions)
        assert len({item["id"] for item in frame["items"]}) == len(versions)
        news: dict[int, dict[str, str | None]] = {}
        for item in frame["items"]:
            text = None if item.get("removed") else item["data"].get("text", item["html"])
            news.setdefault(item["version"], {})[item["id"]] = text
            self.items.pop(item["id"], None)
            if text is not None:
                self.items[item["id"]] = text
        self.versions += news
        self.version = frame["version"]
        return list(news.values())


class Follower(Page):
    """Asks the database what changed after its cursor, as the HTTP fallback does."""

    def news(self) -> News:
        answer = reading.read({self.name: self.version})[self.name]
        assert isinstance(answer, reading.Changes), answer
        return self.take(json.loads(answer.encode()))


class Browser(Page):
    """A reader with a socket at the hub. Clear `reading`, and its connection takes nothing more."""

    def __init__(self, hub: Hub, name: str, version: int = 0) -> None:
        super().__init__(name, version)
        self.hub = hub
        self.frames: list[dict[str, Any]] = []
        self.sizes: list[int] = []  # of each, in bytes
        self.closed: int | None = None  # the code
        self.reading = asyncio.Event()
        self.reading.set()
        self._seen = 0

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        if message["type"] == "websocket.close":
            self.closed = message["code"]
        else:
            self.frames.append(json.loads(message["text"]))
            self.sizes.append(len(message["text"].encode()))

    def connect(self) -> Reader:
        self.socket = Reader(self._send, self.hub.readers.catch_up)
        return self.socket

    async def open(self, after: int | None = None) -> Browser:
        self.connect()
        await self.hub.subscribe(self.socket, self.name, after)
        self.version = self.frames[-1]["version"] if after is None else after
        return self

    async def reopen(self) -> None:
        """Lose the connection, and come back where it stood."""
        self.hub.readers.leave(self.socket)
        self.stands_at(0)
        await self.open(self.version)

    def stands_at(self, version: int) -> bool:
        """Whether it has come to a version, by the frames that it has been sent."""
        frames, self._seen = self.frames[self._seen :], len(self.frames)
        for frame in frames:
            if frame["type"] == "changes":
                self.take(frame)
        return self.version == version

    async def reaches(self, version: int) -> None:
        await until(lambda: self.stands_at(version))

    @property
    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    @property
    def resets(self) -> list[int]:
        return [frame["version"] for frame in self.frames if frame["type"] == "reset"]


def shown(name: str) -> dict[str, str]:
    """What a fresh page of a stream shows: texts by id."""
    if name == "testboards":
        return {board.item_id: board.title for board in Board.objects.all()}
    board = Board.objects.get(pk=name.partition(".")[2])
    notes = board.notes.filter(**Note.shown_when)
    return {board.item_id: board.title} | {note.item_id: note.text for note in notes}


async def until(condition: Callable[[], Any], seconds: float = 10) -> None:
    """Wait for a condition, while the hub goes on."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        await asyncio.sleep(0.005)


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """Write from a coroutine, in a thread and with a connection of its own."""
    return await database_sync_to_async(work, thread_sensitive=False)(*args)


async def post(board: Board, *texts: str) -> int:
    """A commit for each text; the head after them."""
    for text in texts:
        await in_thread(lambda text=text: board.notes.create(text=text))
    return (await in_thread(heads, [board.stream]))[board.stream]
