"""Pages take turns: no more at once than there are connections for them, and who waits too long is told when to come
again; so is who comes while the database is away.

A crowd would take every connection of the pool, and whoever got none a failure. The hub's threads have connections of
their own beside these.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from math import ceil
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from realtime.hub import Hub, Service, address_key, find_hub, get_hub
from realtime.hub.replays import REFUSAL, catch_ups_of
from realtime.sockets import path_of, respond

TURNS = 8  # requests that Django works on at once, each with a database connection
PATIENCE = 15.0  # seconds that one waits for its turn
RETRY_AFTER = 5  # seconds
CHANGES = "/changes/"  # how the addresses end at which streams are caught up with

log = logging.getLogger(__name__)


class Turns(Service):
    """So many of each kind at once."""

    def __init__(self, hub: Hub) -> None:
        self.pages = asyncio.Semaphore(TURNS)
        self.catch_ups = asyncio.Semaphore(TURNS)  # requests for what changed, beside them
        self.hashing = asyncio.Semaphore(max(1, (os.cpu_count() or 2) // 2))  # of passwords: pages have the rest

    def of(self, request: HttpRequest) -> asyncio.Semaphore:
        if request.path_info.endswith(CHANGES):
            return self.catch_ups
        if request.method == "POST" and request.path_info.startswith(settings.HASHING_PATHS):
            return self.hashing
        return self.pages


class TurnsMiddleware:
    """It stands before all that asks the database. A response is sent after its turn: who reads slowly keeps none."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        if iscoroutinefunction(self) and (hub := find_hub()):
            return self._in_turn(hub, request)
        return self.get_response(request)

    async def _in_turn(self, hub: Hub, request: HttpRequest) -> Any:
        turns = hub.service(Turns).of(request)
        try:
            async with asyncio.timeout(PATIENCE):
                await turns.acquire()
        except TimeoutError:
            return unavailable()
        try:
            response = await self.get_response(request)
            await sync_to_async(close_old_connections)()
            return response
        finally:
            turns.release()

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, InterfaceError | OperationalError):
            return None
        log.error("%s: the database did not answer: %s", request.path[:100], exception)
        return unavailable()


class CatchUpLimit:
    """So many catch-ups from one address. It stands before Django: what is refused has to cost next to nothing."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and path_of(scope).endswith(CHANGES):
            address = address_key((scope.get("client") or [None])[0])
            if wait := get_hub().limits.take(catch_ups_of(address)):
                await asyncio.sleep(REFUSAL)
                return await respond(
                    send, 503, "Too much is asked for from here.", [(b"retry-after", b"%d" % ceil(wait))]
                )
        await self.application(scope, receive, send)


def unavailable() -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
