"""A room in which everyone writes: this project's, and the usual consumer, which saves a row for each message."""

from __future__ import annotations

import json
import shutil
import sqlite3
from glob import glob
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.servers import Process

from .base import Contestant, Place
from .site import Site, database, prepare
from .usual import Usual


class Chat(Contestant):
    load = "bench.talk"
    table: str  # where the messages are kept

    def __init__(self, name: str, title: str, postgres: bool) -> None:
        self.needs_postgres = postgres
        kind = "postgres" if postgres else "sqlite"
        self.name = f"chat-{name}-{kind}"
        self.title = f"{title}, {'PostgreSQL' if postgres else 'SQLite'}"

    def missing(self) -> str:
        found = shutil.which("initdb") or glob("/usr/lib/postgresql/*/bin/initdb")
        return "PostgreSQL" if self.needs_postgres and not found else ""

    def saying(self, text: str) -> bytes:
        """The frame by which a client sends a message."""
        raise NotImplementedError

    def acknowledges(self, frame: bytes, returned: bool) -> bool:
        """Whether a client knows by this frame that its message is stored. `returned`: it has come back to it."""
        raise NotImplementedError


class SiteChat(Chat, Site):
    table = "chat_message"

    def __init__(self, postgres: bool) -> None:
        Site.__init__(self, "serve", redis=True)
        Chat.__init__(self, "serve", "this project", postgres)

    def path(self, channel: str) -> str:
        return f"/_ws/chat/{channel}"

    def saying(self, text: str) -> bytes:
        return json.dumps({"type": "send", "id": str(uuid4()), "text": text}).encode()

    def acknowledges(self, frame: bytes, returned: bool) -> bool:
        if frame.startswith(b'{"type":"error"'):
            raise RuntimeError(frame.decode())
        return frame.startswith(b'{"type":"ack"')

    def texts(self, frame: bytes) -> list[str]:
        if not frame.startswith(b'{"type":"changes"'):
            return []
        return [item["data"]["text"] for item in json.loads(frame)["items"] if item["id"].startswith("message-")]


class UsualChat(Chat, Usual):
    table = "usual_message"

    def __init__(self, postgres: bool) -> None:
        Usual.__init__(self, "uvicorn")
        Chat.__init__(self, "usual", "usual consumer, a row for each message", postgres)

    def env(self, place: Place) -> dict[str, str]:
        return {**super().env(place), "DATABASE_URL": database(place)}

    def start(self, place: Place) -> Process:
        Path(place.folder).mkdir()
        prepare("bench.usual.prepare", place, self.env(place))
        return super().start(place)

    def path(self, channel: str) -> str:
        return f"/ws/room/{channel}/"

    def saying(self, text: str) -> bytes:
        return json.dumps({"message": text}).encode()

    def acknowledges(self, frame: bytes, returned: bool) -> bool:
        return returned


def sessions(place: Place) -> list[str]:
    """What the members' browsers would send as their cookies (bench/members.py)."""
    return json.loads(Path(place.folder, "sessions.json").read_text())


def stored(contestant: Chat, place: Place) -> list[str]:
    """The texts of the messages in its database."""
    url = place.postgres
    with psycopg.connect(url) if url else sqlite3.connect(f"{place.folder}/site.sqlite3") as connection:
        return [text for (text,) in connection.execute(f"SELECT text FROM {contestant.table}")]
