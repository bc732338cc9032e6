"""Sockets as the pages of people open them, through the whole application."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator
from django.db import close_old_connections
from django.test import Client

from realtime.hub import get_hub

from .readers import in_thread

Open = Callable[[Any, str], Awaitable[WebsocketCommunicator]]


@contextlib.asynccontextmanager
async def sockets(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Open]:
    """`await open(person, path)`: their socket, None for a stranger's. All are closed in the end, and the hub stops."""
    # Channels' communicator keeps every thread's connections open, for tests that run in one transaction.
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    opened: list[WebsocketCommunicator] = []

    async def open(person: Any, path: str) -> WebsocketCommunicator:
        client = Client()
        if person:
            await in_thread(client.force_login, person)
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items()).encode()
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        if cookie:
            headers.append((b"cookie", cookie))
        socket = WebsocketCommunicator(get_default_application(), path, headers=headers)
        opened.append(socket)
        accepted, status = await socket.connect()
        assert accepted, f"refused with {status}"
        return socket

    yield open
    for socket in opened:
        await socket.disconnect()
    await get_hub().stop()
