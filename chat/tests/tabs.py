"""A tab of somebody's browser with a socket of the site, which ASGI carries without a server."""

from __future__ import annotations

from collections import deque
from typing import Any
from uuid import uuid4

from channels.db import database_sync_to_async
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator

from realtime.tests.desk import browser_of

PATIENCE = 5  # seconds until a frame is missed


@database_sync_to_async
def write(action: Any, *args: Any, **kwargs: Any) -> Any:
    """Carry out a database action as another request would, in a thread."""
    return action(*args, **kwargs)


def cookies_of(person: Any) -> bytes:
    return f"sessionid={browser_of(person).cookies['sessionid'].value}".encode()


class Tab:
    """Frames are taken by their type; those of other types wait, and nothing is lost."""

    def __init__(self, path: str, cookies: bytes = b"") -> None:
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver"), (b"cookie", cookies)]
        self.socket = WebsocketCommunicator(get_default_application(), path, headers=headers)
        self.waiting: deque[dict[str, Any]] = deque()
        self.hello: dict[str, Any] = {}

    async def connect(self) -> None:
        accepted, status = await self.socket.connect(timeout=PATIENCE)
        assert accepted, f"refused with {status}"

    async def frame(self, *types: str) -> dict[str, Any]:
        """The next frame of one of these types."""
        for frame in self.waiting:
            if frame["type"] in types:
                self.waiting.remove(frame)
                return frame
        while True:
            frame = await self.socket.receive_json_from(timeout=PATIENCE)
            if frame["type"] in types:
                return frame
            self.waiting.append(frame)

    async def item(self, model: str) -> dict[str, Any]:
        """The next change of an item of that model, in whichever frame it comes."""
        while True:
            for item in (await self.frame("changes"))["items"]:
                if item["id"].startswith(f"{model}-"):
                    return item

    async def do(self, type: str, **fields: Any) -> dict[str, Any]:
        """Ask for an action: its ack or error."""
        id = fields.setdefault("id", str(uuid4()))
        await self.socket.send_json_to({"type": type, **fields})
        answer = await self.frame("ack", "error")
        assert answer["id"] == id, answer
        return answer

    async def closed(self) -> int:
        """The code that it is closed with."""
        while True:
            event = await self.socket.receive_output(timeout=PATIENCE)
            if event["type"] == "websocket.close":
                return event["code"]
