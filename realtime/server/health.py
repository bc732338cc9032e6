"""Health checks, answered before Django: any Host, no redirect, no session."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.db import database_sync_to_async
from django.db import connection

from realtime.hub import Hub, get_hub
from realtime.hub.layer import TIMEOUT, send_nudge
from realtime.sockets import path_of, respond


class Health:
    """`/cache-healthcheck`: the process answers. `/readyz`: it can serve readers (503 while draining or without
    the database). The layer is reported but does not count: readers are served without it, only later.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            path = path_of(scope).rstrip("/")
            if path == "/cache-healthcheck":
                answer = 200, "ok"
            elif path == "/readyz":
                answer = await readiness(get_hub())
        if answer:
            await respond(send, *answer, body=scope["method"] == "GET")
        else:
            get_hub()  # a commit in this process finds it, even before the first socket
            await self.application(scope, receive, send)


async def readiness(hub: Hub) -> tuple[int, str]:
    if hub.draining:
        return 503, "draining"
    queried = _works(database_sync_to_async(_query, thread_sensitive=False)())
    database, layer = await asyncio.gather(queried, _works(send_nudge("readyz", 0)))
    return 200 if database == "ok" else 503, f"database: {database}\nlayer: {layer}"


async def _works(check: Any) -> str:
    try:
        async with asyncio.timeout(4 * TIMEOUT):
            await check
    except Exception as error:
        return f"down ({type(error).__name__})"
    return "ok"


def _query() -> None:
    """On a connection of its own: that there was one once does not tell that there could be another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
