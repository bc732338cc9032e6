"""A live blog, and what opens its discussion."""

from collections.abc import Callable
from typing import Any

import pytest

from chat.models import Room
from liveblog.models import LiveBlog
from project.discussion.rooms import open_discussion
from tests.conftest import chromium, collected, migrated, site  # noqa: F401  real processes, as fixtures


@pytest.fixture
def liveblog(db):
    return LiveBlog.objects.create(title="Harbour regatta", slug="regatta")


@pytest.fixture
def discuss(liveblog: LiveBlog, editor: Any) -> Callable[[], Room]:
    """`discuss()`: the live blog's room, opened by the editor."""

    def discuss() -> Room:
        assert open_discussion(liveblog, editor)
        return Room.objects.get(about=liveblog.stream)

    return discuss
