"""Whom a member can mention, here or not, by how their name begins."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from realtime.hub import Rate, query, take
from realtime.people import TooFast

from ..models import Room
from .asking import signed_in, standing_at, words_of
from .forms import with_status

OFFERED = 8  # people
RATE = Rate(per_second=2, burst=20)  # for each letter that somebody types


@never_cache
@require_safe
async def members(request: HttpRequest, slug: str) -> HttpResponse:
    """`?q=` is what has been typed of a name. For members alone: others need not learn who is in the room."""
    person = await signed_in(request)
    standing = await query(standing_at, slug, person)
    if person is None or standing.membership is None:
        return JsonResponse({"people": []}, status=403)
    if wait := take({("members", person.pk): RATE}):
        return with_status(JsonResponse({"people": []}), TooFast(wait))
    return JsonResponse({"people": await query(called, standing.room, words_of(request))})


def called(room: Room, q: str) -> list[dict[str, Any]]:
    named = Q(user__username__istartswith=q) | Q(user__public_name__istartswith=q)
    members = room.memberships.filter(named, banned=False, user__is_active=True).select_related("user")
    people = [membership.user for membership in members.order_by("user__username")[:OFFERED]]
    return [{"id": each.pk, "name": each.get_public_name(), "username": each.get_username()} for each in people]
