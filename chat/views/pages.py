"""The pages of rooms: for strangers the same bytes for everyone, for people their own, which nobody keeps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Person, User
from realtime.hub import MALFORMED, Rate, address_key, parse_version, query, take
from realtime.pages import stream_changes, stream_page, to_current_slug
from realtime.people import Refusal, TooFast, user_stream
from realtime.streams import create_streams, heads, html

from ..actions import WORDS, frames
from ..models import MAX_TEXT, Membership, Mention, Message, Report, Room
from ..unread import last_numbers, news, unread_of
from .asking import signed_in, standing_at, uncached, words_of
from .forms import as_json, submit_form, wants_json, with_status

PAGE = 50  # messages
FOUND = 30  # messages of a search, and mentions
ROOMS = 200  # public ones in the list
SEARCH_RATE = Rate(per_second=0.5, burst=5)  # each reads every message there is


@require_safe
async def index(request: HttpRequest) -> HttpResponse:
    person = await signed_in(request)

    def build() -> HttpResponse:
        public = Room.objects.readable_by(person).filter(access=Room.Access.PUBLIC)
        context: dict[str, Any] = {"public": public[:ROOMS], "person": person}
        if person:
            shown = Message.objects.shown_to(person)
            mentions = Mention.objects.filter(user=person, message__in=shown).select_related("message__room")
            context |= of_person(person) | {"public": public.exclude(memberships__user=person)[:ROOMS]}
            context |= {"mentions": mentions[:FOUND], "may_add": person.has_perm("chat.add_room")}
        return render(request, "chat/index.html", context)

    return await uncached(build, person)


@require_safe
async def search(request: HttpRequest) -> HttpResponse:
    person = await signed_in(request)
    searcher = person.pk if person else address_key(request.META.get("REMOTE_ADDR"))
    if wait := take({("search", searcher): SEARCH_RATE}):
        refusal = TooFast(wait)
        return await uncached(lambda: with_status(render(request, "429.html"), refusal), person)
    q = words_of(request)

    def build() -> HttpResponse:
        messages = Message.objects.shown_to(person).filter(text__icontains=q).select_related("room")
        context = {"q": q, "messages": messages[:FOUND] if q else [], "person": person}
        return render(request, "chat/search.html", context)

    return await uncached(build, person)


@require_http_methods(["GET", "HEAD", "POST"])
async def room(request: HttpRequest, slug: str) -> HttpResponse:
    person = await signed_in(request)
    return await (carried_out if request.method == "POST" else show)(request, slug, person)


async def show(request: HttpRequest, slug: str, person: Person, **kept: Any) -> HttpResponse:
    """The room's page; `kept` is what a form had in it, and why it was refused."""
    room = (await query(standing_at, slug, person)).room
    if room.slug != slug and not kept:
        return to_current_slug(request, room)

    def build(head: int | None) -> HttpResponse:
        return render(request, "chat/room.html", {**of_room(request, slug, person), "head": head, **kept})

    if person is None:
        return await stream_page(request, room.stream, build)
    head = (await query(heads, [room.stream])).get(room.stream)
    return await uncached(lambda: build(head), person)


def of_room(request: HttpRequest, slug: str, person: Person) -> dict[str, Any]:
    """What a room's page shows; its head has been read before."""
    standing = standing_at(slug, person)
    rows, older = page_of(standing.room, request.GET.get("before", ""))
    context = {
        **standing._asdict(),
        "hindrance_text": WORDS.get(standing.rights.hindrance, ""),
        "header": html(standing.room, "chat"),
        "items": [html(row, "chat") for row in rows],
        "older": older,
        "newer": bool(request.GET.get("before")),
        "max_text": MAX_TEXT,
    }
    if person is None:
        return context
    mine = of_person(person)
    read = mine["unread"].get(standing.room.pk, {}).get("read", 0)
    moderates = standing.rights.moderate
    waiting = Report.objects.open().filter(message__room=standing.room).count() if moderates else 0
    return {
        **context,
        **mine,
        "read": read,
        "waiting": waiting,
        "client_id": uuid4(),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }


def page_of(room: Room, place: str) -> tuple[list[Message], str | None]:
    """The messages of a page, oldest first, and the link to those before them."""
    messages = room.messages.filter(deleted=False)
    if place:
        if (number := parse_version(place)) == MALFORMED:
            raise Http404("There is no such number.")
        messages = messages.filter(number__lt=number)
    rows = list(messages.order_by("-number")[: PAGE + 1])
    older = f"?before={rows[PAGE - 1].number}" if len(rows) > PAGE else None
    return rows[:PAGE][::-1], older


def of_person(person: User) -> dict[str, Any]:
    """What every page shows of the person's own: the list of their rooms, and what is unread there."""
    head = own_head(person)
    memberships = Membership.objects.filter(user=person, banned=False).order_by("pk")
    rooms = [html(membership, "user") for membership in memberships]
    return {"user_head": head, "rooms": rooms, "unread": unread_of(person.pk)}


def own_head(person: User) -> int:
    """Of the person's own stream, which nobody may have needed before."""
    name = user_stream(person.pk)
    if name not in heads([name]):
        create_streams([name])
    return heads([name])[name]


async def carried_out(
    request: HttpRequest, slug: str, person: Person, action: Any = None, then: str = "chat:room"
) -> HttpResponse:
    """The answer to a form: an object for scripts; for people a page, with what they wrote if it was refused."""
    try:
        answer: dict[str, Any] | Refusal = await submit_form(request, slug, person, action)
    except Refusal as refusal:
        answer = refusal
    if wants_json(request):
        return as_json(request, answer)
    if not isinstance(answer, Refusal):
        return redirect(reverse(then, args=[slug] if then == "chat:room" else []))
    if answer.code == "sign_in":
        return redirect_to_login(reverse("chat:room", args=[slug]))
    kept = {"refusal": answer, "text": request.POST.get("text", "")}
    if answer.code == "unavailable":  # it may have been stored: the same id tells
        kept["client_id"] = request.POST.get("id", "")
    return with_status(await show(request, slug, person, **kept), answer)


@require_POST
async def join(request: HttpRequest, slug: str) -> HttpResponse:
    return await carried_out(request, slug, await signed_in(request), frames.Join(str(uuid4())))


@require_POST
async def leave(request: HttpRequest, slug: str) -> HttpResponse:
    return await carried_out(request, slug, await signed_in(request), frames.Leave(str(uuid4())), then="chat:index")


@require_safe
async def changes(request: HttpRequest, slug: str) -> HttpResponse:
    person = await signed_in(request)
    stream = (await query(standing_at, slug, person)).room.stream
    response = await stream_changes(request, stream, private=person is not None)
    await query(standing_at, slug, person)  # once more: it may have waited, and the right is gone meanwhile
    return response


@require_safe
async def user_changes(request: HttpRequest, pk: int) -> HttpResponse:
    person = await signed_in(request)
    if person is None or person.pk != pk:
        raise PermissionDenied
    await query(own_head, person)
    frames = [news(*each) for each in (await query(last_numbers, pk)).items()]
    return await stream_changes(request, user_stream(pk), private=True, frames=frames)
