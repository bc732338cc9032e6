"""People in chat as docs/chat-protocol.md describes them: what is not answered they send again, with the same id."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.error
from typing import Any
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

from .readers import Reader, frame, open_socket
from .servers import Server

PAUSE = 0.5  # seconds before an action of unknown outcome is sent again
PATIENCE = 30.0  # seconds until an action has to be answered, whatever happens meanwhile


class Refused(Exception):
    """The error's code."""


class Member(Reader):
    """Somebody's tab with a room, or with what is their own; `cookie` says whose.

    `acks` are the server's, by the client's id; `sent` says how often each action was.
    """

    def __init__(self, server: Server, path: str, cookie: str, **options: Any) -> None:
        super().__init__(server, path, additional_headers={"Cookie": cookie}, **options)
        self.cookie = cookie
        self.is_own = "/user/" in path
        self.acks: dict[str, dict[str, Any]] = {}
        self.sent: dict[str, int] = {}
        self.messages: list[list[Any]] = []  # version, number, id and text, as they came
        self._unanswered: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}

    async def do(self, type: str, **fields: Any) -> dict[str, Any]:
        """Ask for an action until it is answered: its ack. Raises Refused."""
        async with asyncio.timeout(PATIENCE):
            return await self._ask(fields.setdefault("id", str(uuid4())), {"type": type, **fields})

    async def _ask(self, id: str, action: dict[str, Any]) -> dict[str, Any]:
        while True:
            answer = asyncio.get_running_loop().create_future()
            self._unanswered[id] = json.dumps(action), answer
            if self.greeted.is_set():  # otherwise it follows the hello
                await self._send(id)
            said = await answer
            if said["type"] == "ack":
                self.acks[id] = said
                return said
            if "retry_after" not in said and said["code"] != "unavailable":
                raise Refused(said["code"])
            await asyncio.sleep(said.get("retry_after", PAUSE))

    async def say(self, text: str) -> None:
        await self.do("send", text=text)

    async def _send(self, id: str) -> None:
        assert self.connection
        self.sent[id] = self.sent.get(id, 0) + 1
        with contextlib.suppress(ConnectionClosed):
            await self.connection.send(self._unanswered[id][0])

    async def _receive(self, frame: dict[str, Any]) -> bool:
        if frame["type"] in ("ack", "error"):
            self._unanswered.pop(frame["id"])[1].set_result(frame)
            return True
        in_step = await super()._receive(frame)
        if frame["type"] == "hello":
            for id in list(self._unanswered):
                await self._send(id)
        return in_step

    def _apply(self, item: dict[str, Any]) -> None:
        super()._apply(item)
        if item["id"].startswith("message-") and "data" in item:
            data = item["data"]
            self.messages.append([item["version"], data["number"], item["id"], data["text"]])

    def check_messages(self, stored: list[list[Any]]) -> None:
        """It shows what the room's database has, in that order, and what was acknowledged to it is there, once.

        What was stored together has one version, and comes in any order: the number gives each its place.
        """
        self.check_order()
        assert sorted(self.messages) == [row[:4] for row in stored]
        by_client_id = {row[4]: row for row in stored}
        for id, ack in self.acks.items():
            version, number, item, *_ = by_client_id[id]
            assert (ack["version"], ack["number"], ack["item"]) == (version, number, item)


async def refused(server: Server, path: str, cookie: str) -> int | None:
    """The code by which a socket is closed that has been told nothing; None if it gets a hello."""
    async with open_socket(server, path, additional_headers={"Cookie": cookie}) as socket:
        with contextlib.suppress(ConnectionClosed):
            assert (await frame(socket))["type"] == "hello"
    return None if socket.close_code == 1000 else socket.close_code


def status(server: Server, path: str, cookie: str) -> int:
    """Of a page."""
    try:
        server.get(path, Cookie=cookie)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    return 200
