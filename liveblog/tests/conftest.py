"""A live blog, its entries, and readers' sockets."""

from collections.abc import Callable
from typing import Any

import pytest

from liveblog.models import Entry, LiveBlog
from realtime.models import Stream
from realtime.tests.sockets import sockets


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
    async with sockets(monkeypatch) as open:
        yield lambda path: open(None, path)
