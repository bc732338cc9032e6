"""An editor's browser in the admin."""

from __future__ import annotations

from typing import Any

from django.test import Client

from liveblog.models import Entry
from realtime.tests import desk

ENTRIES = "/admin/liveblog/entry/"
LIVEBLOGS = "/admin/liveblog/liveblog/"


def listed(client: Client, **query: Any) -> list[Entry]:
    """The entries of the admin's list, from top to bottom."""
    return desk.listed(client, ENTRIES, **query)


def run(client: Client, action: str, *entries: Entry, **fields: Any) -> Any:
    """Tick entries in the list and run an action on them."""
    return desk.run(client, ENTRIES, action, *entries, **fields)
