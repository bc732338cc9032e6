"""Actions by form, for those who have no socket at the moment, or no JavaScript: answered as JSON or as a page."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Person
from realtime.hub import Rate, query, take
from realtime.people import Refusal, TooFast, Unavailable, buckets
from realtime.streams import wire

from ..actions import Standing, refusal, submit
from ..actions.frames import Action, from_form
from ..models import Room
from .asking import signed_in

BAD, SLOW_DOWN = 400, 429
STATUS = {
    "malformed": BAD,
    "empty": BAD,
    "too_long": BAD,
    "not_found": 404,
    "slow": SLOW_DOWN,
    "too_fast": SLOW_DOWN,
    "unavailable": 503,
}  # the others are 403


async def submit_form(request: HttpRequest, slug: str, person: Person, action: Action | None = None) -> dict[str, Any]:
    """Carry out an action in a room, by default the form's; what its ack says. Raises Refusal."""
    if person and request.POST.get("as", str(person.pk)) != str(person.pk):
        raise refusal("sign_in")  # somebody else has signed in since the page was made
    if wait := take(buckets(person, request.META.get("REMOTE_ADDR"))):
        raise TooFast(wait)
    try:
        standing = await query(lambda: Standing.of(Room.objects.by_slug(slug), person))
        return await submit(standing.room.pk, person, action or from_form(request.POST)) or {}
    except DatabaseError as error:
        raise Unavailable from error


def limited(rate: Rate) -> Callable[[Callable[..., HttpResponse]], Callable[..., Coroutine[Any, Any, HttpResponse]]]:
    """A form that is no action of a room: it counts as one all the same, and has a rate of its own per person."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
        @wraps(view)
        async def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                person = await signed_in(request)
                if person is None:  # only who is signed in has such forms
                    raise PermissionDenied
                rates = {(view.__name__, person.pk): rate, **buckets(person, request.META.get("REMOTE_ADDR"))}
                if wait := take(rates):
                    return with_status(await sync_to_async(render)(request, "429.html"), TooFast(wait))
            return await sync_to_async(view)(request, *args, **kwargs)

        return answer

    return decorate


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def as_json(request: HttpRequest, answer: dict[str, Any] | Refusal) -> HttpResponse:
    """The frame that a socket would be sent."""
    id = request.POST.get("id", "")
    if isinstance(answer, Refusal):
        frame = wire.error(id, answer.code, answer.detail, answer.retry_after)
        return with_status(HttpResponse(frame, content_type="application/json"), answer)
    return HttpResponse(wire.ack(id, answer), content_type="application/json")


def with_status(response: HttpResponse, declined: Refusal) -> HttpResponse:
    response.status_code = STATUS.get(declined.code, 403)
    if declined.retry_after is not None:
        response["Retry-After"] = str(max(1, round(declined.retry_after)))
    return response
