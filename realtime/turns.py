"""Pages take turns: no more at once than there are connections for them; who waits too long is told when to come again.

A crowd would take every connection of the pool, and whoever got none a failure. The hub's threads have connections of
their own beside these.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware
from django.utils.translation import gettext as _

from .hub import find_hub

PATIENCE = 15.0  # seconds that one waits for its turn
RETRY_AFTER = 5  # seconds


@sync_and_async_middleware
def in_turn(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """The middleware; it stands before all that asks the database. A response is sent after its turn."""
    if not iscoroutinefunction(get_response):
        return get_response

    async def answer(request: HttpRequest) -> Any:
        if (hub := find_hub()) is None:
            return await get_response(request)
        try:
            async with asyncio.timeout(PATIENCE):
                await hub.turns.acquire()
        except TimeoutError:
            text = _("Too many people are asking at the moment. Try again in a few seconds.")
            headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
            return HttpResponse(f"{text}\n", status=503, content_type="text/plain; charset=utf-8", headers=headers)
        try:
            response = await get_response(request)
            await sync_to_async(close_old_connections)()  # who reads slowly keeps none
            return response
        finally:
            hub.turns.release()

    return answer
