"""Who asks, for which room, and for what."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from accounts.models import Person
from realtime.people import Refusal

from ..actions import Standing
from ..models import Room

MAX_QUERY = 200  # characters


def words_of(request: HttpRequest) -> str:
    """What is searched for."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_QUERY]


async def signed_in(request: HttpRequest) -> Person:
    """Who is signed in; None for nobody."""
    user = await request.auser()
    return user if user.is_authenticated else None


def standing_at(slug: str, person: Person) -> Standing:
    """Raises Http404 and PermissionDenied: for who may not know of it, a room is like one that does not exist."""
    try:
        return Standing.of(Room.objects.by_slug(slug), person)
    except Refusal as refusal:
        raise PermissionDenied(refusal.detail) if refusal.code == "banned" else Http404 from refusal


async def uncached(build: Callable[[], HttpResponse], person: Person) -> HttpResponse:
    """A page that is asked for each time; nobody keeps a person's."""
    response = await sync_to_async(build)()
    patch_cache_control(response, **({"private": True, "no_store": True} if person else {"no_cache": True}))
    return response
