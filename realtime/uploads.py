"""Who may bring much: of strangers nothing over a megabyte is read, and so nothing written to disk."""

from __future__ import annotations

from typing import Any

from django.db import Error as DatabaseError

from .hub import get_hub
from .intake import MAX_BODY, largest_body
from .routing import path_of, respond
from .sessions import person_of, session_key


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
        person = await hub.database(person_of, session_key(scope))
    except DatabaseError as error:
        hub.database.report(error)
        return False
    return person is not None and person.is_staff
