"""A live blog, its entries, and readers' sockets."""

from collections.abc import Callable
from typing import Any

import pytest
from channels.routing import get_default_application
from channels.testing import WebsocketCommunicator
from django.db import close_old_connections

from liveblog.models import Entry, LiveBlog
from realtime.hub import get_hub
from realtime.models import Stream


@pytest.fixture
def liveblog(db):
    return LiveBlog.objects.create(title="Harbour regatta", slug="regatta", summary="All the boats.")


@pytest.fixture
def post(liveblog: LiveBlog) -> Callable[..., Entry]:
    """`post(body)`: an entry, published unless told otherwise."""

    def post(body: str = "They are off.", state: str = "published", **fields: Any) -> Entry:
        return Entry.objects.create(**{"liveblog": liveblog, "body": body, "state": state, **fields})

    return post


@pytest.fixture
def head(liveblog: LiveBlog) -> Callable[[], int]:
    """`head()`: the version of the live blog's latest change."""
    return lambda: Stream.objects.get(name=liveblog.stream).head


@pytest.fixture
def upload(client, carol, liveblog, settings, tmp_path):
    """`upload(file)`: what the admin says to a new entry with this image: its errors by field, or {}."""
    settings.MEDIA_ROOT = tmp_path
    client.force_login(carol)

    def upload(image, **fields):
        fields = {"liveblog": liveblog.pk, "body": "Look", "state": "published", "image_alt": "Sails", **fields}
        answer = client.post("/admin/liveblog/entry/add/", {"image": image, **fields})
        return {} if answer.status_code == 302 else dict(answer.context["adminform"].form.errors)

    return upload


@pytest.fixture
async def open_socket(transactional_db, monkeypatch):
    """`await open_socket(path)`: a socket as a page of this site opens it."""
    # Channels' communicator keeps every thread's connections open, for tests that run in one transaction.
    monkeypatch.setattr("channels.testing.application.no_op", close_old_connections)
    opened = []

    async def open_socket(path: str) -> WebsocketCommunicator:
        headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
        socket = WebsocketCommunicator(get_default_application(), path, headers=headers)
        opened.append(socket)
        accepted, status = await socket.connect()
        assert accepted, f"refused with {status}"
        return socket

    yield open_socket
    for socket in opened:
        await socket.disconnect()
    await get_hub().stop()
