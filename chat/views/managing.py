"""How rooms are made and run: pages for those who may, and nobody keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Person, user_of
from realtime.desk import say_saved, submission, token_of
from realtime.hub import Rate, query
from realtime.people import Refusal

from ..actions import VERDICTS, Standing, missing, refusal
from ..forms import RoomForm
from ..models import Membership, Message, Report, Room
from .asking import signed_in, standing_at, words_of
from .forms import limited, submit_form, with_status

PEOPLE = 50  # on a page
REPORTS = 30
NEW_RATE = Rate(per_second=1 / 60, burst=10)  # everyone's list of rooms grows by each
EDIT_RATE = Rate(per_second=1 / 5, burst=15)
VERDICT_RATE = Rate(per_second=1, burst=15)  # as what moderators do to people otherwise

form_view = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@form_view
@login_required
@permission_required("chat.add_room", raise_exception=True)
@limited(NEW_RATE)
def new(request: HttpRequest) -> HttpResponse:
    def make(form: RoomForm) -> Room:
        room = form.save()
        room.memberships.create(user=request.user, role=Membership.Role.MODERATOR)
        return room

    if request.method != "POST":
        return room_form(request, RoomForm())
    with submission(request) as sent:
        if sent.made:
            say_saved(request)
            return redirect(Room.objects.filter(pk=sent.made).first() or "chat:index")
        form, room = saved(lambda: RoomForm(request.POST), make)
        sent.made = str(room.pk) if room else ""
    return redirect(room) if room else room_form(request, form)


def room_form(request: HttpRequest, form: RoomForm, **context: Any) -> HttpResponse:
    context |= {"form": form, "person": request.user, "once": token_of(request)}
    return render(request, "chat/room_form.html", context)


def saved(bind: Callable[[], RoomForm], save: Callable[[RoomForm], Room]) -> tuple[RoomForm, Room | None]:
    """What `save` makes of the form that `bind` makes; None with one that says what is wrong."""
    form = bind()
    if form.is_valid():
        try:
            with transaction.atomic():
                return form, save(form)
        except IntegrityError:  # somebody took the address since it was looked for: looking again says so
            form = bind()
    return form, None


@never_cache
@form_view
@login_required
@limited(EDIT_RATE)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    room = moderated(slug, user_of(request)).room
    with transaction.atomic():
        form, changed = saved(
            lambda: RoomForm(request.POST or None, instance=Room.objects.get(pk=room.pk)), lambda form: form.save()
        )
    if changed:
        if form.note:
            messages.info(request, form.note)
        return redirect(changed)
    return room_form(request, form, room=Room.objects.get(pk=room.pk))  # as it is, not as typed


@never_cache
@form_view
@login_required
async def people(request: HttpRequest, slug: str) -> HttpResponse:
    person = await signed_in(request)
    declined = None
    if request.method == "POST":
        await query(moderated, slug, person)
        try:
            await submit_form(request, slug, person)
            return redirect(request.get_full_path())
        except Refusal as error:
            declined = error
    response = await sync_to_async(people_page)(request, slug, person, declined)
    return with_status(response, declined) if declined else response


def people_page(request: HttpRequest, slug: str, person: Person, declined: Refusal | None) -> HttpResponse:
    room = moderated(slug, person).room
    q = words_of(request)
    page = Paginator(people_in(room, q), PEOPLE).get_page(request.GET.get("page"))
    context = {"room": room, "q": q, "page": page, "person": person, "refusal": declined}
    return render(request, "chat/people.html", {**context, "username": request.POST.get("username", "")})


def people_in(room: Room, q: str) -> QuerySet[Membership]:
    """Those of whom there is something to know come first."""
    named = Q(user__username__icontains=q) | Q(user__public_name__icontains=q)
    rank = Case(
        When(banned=True, then=2),
        When(role=Membership.Role.MODERATOR, then=0),
        When(muted_until__gt=timezone.now(), then=1),
        default=3,
    )
    return room.memberships.filter(named).select_related("user").order_by(rank, "user__username")


@never_cache
@form_view
@login_required
@limited(VERDICT_RATE)
def reports(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits in this room for a moderator, who may have no way into the admin."""
    standing = moderated(slug, user_of(request))
    declined = None
    if request.method == "POST":
        try:
            decide(request, standing)
            return redirect(request.get_full_path())
        except Refusal as error:
            declined = error
    waiting = Report.objects.open().filter(message__room=standing.room).select_related("message", "reporter")
    page = Paginator(waiting, REPORTS).get_page(request.GET.get("page"))
    context = {"room": standing.room, "page": page, "person": request.user, "verdicts": VERDICTS, "refusal": declined}
    response = render(request, "chat/reports.html", context)
    return with_status(response, declined) if declined else response


def decide(request: HttpRequest, standing: Standing) -> None:
    """Raises Refusal, such as for what would be done to another moderator."""
    message, verdict = standing.message(number_of(request, "message")), VERDICTS.get(request.POST.get("verdict", ""))
    if verdict is None:
        raise refusal("malformed")
    if verdict.on_author:
        standing.subject(message.author)
    if not verdict.decide(request, Message.objects.filter(pk=message.pk))[1]:
        raise missing("message")


def number_of(request: HttpRequest, field: str) -> int:
    value = request.POST.get(field, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 19):
        raise refusal("malformed")
    return int(value)


def moderated(slug: str, person: Person) -> Standing:
    standing = standing_at(slug, person)
    if not standing.rights.moderate:
        raise PermissionDenied
    return standing
