"""Who may bring much: of strangers nothing over a megabyte is read, and so nothing written to disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError

from realtime.hub import get_hub
from realtime.people.sessions import authenticate, session_key
from realtime.sockets import path_of, respond

MAX_BODY = 1_048_576  # bytes, where the setting UPLOADS allows no more


class UploadCheck:
    """Before Django, which takes in a whole body before it asks who sends it."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and (size := declared(scope)) > MAX_BODY:
            if size > largest_body(path_of(scope)):
                return await respond(send, 413, "This is too large.")
            if not await is_staff(scope):
                return await respond(send, 413, "This is too large for who is not signed in as staff.")
        await self.application(scope, receive, send)


def largest_body(path: str) -> int:
    """The bytes that a request to this path may bring."""
    return max((size for prefix, size in settings.UPLOADS.items() if path.startswith(prefix)), default=MAX_BODY)


def declared(scope: Any) -> float:
    """The bytes of a request's body; in chunks it may be as large as is allowed."""
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return largest_body(path_of(scope))
    length = headers.get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


async def is_staff(scope: Any) -> bool:
    hub = get_hub()
    try:
        person = await hub.database(authenticate, session_key(scope))
    except DatabaseError as error:
        hub.database.report(error)
        return False
    return person is not None and person.is_staff
