"""What a moderator decides on reported messages: actions of the queue, each for all reports of the messages ticked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.messages import SUCCESS, WARNING
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from realtime.actions import log

from .models import Message
from .reports import Report, ReportQuerySet

HOUR = 60  # minutes


def verdict(description: Any, carry_out: Callable[[list[Message]], list[Message]]) -> Any:
    """`carry_out(messages)` returns those for which it could be done; the reports of the others stay open."""

    @admin.action(description=description, permissions=["moderate"])
    def action(model_admin: admin.ModelAdmin[Report], request: HttpRequest, queryset: ReportQuerySet) -> None:
        messages = Message.objects.filter(reports__in=queryset).select_related("room", "author").distinct()
        with transaction.atomic():
            reported = messages.locked()
            done = carry_out(reported)
            reports = Report.objects.filter(message__in=done)
            log(request, reports, description)
            log(request, done, description)
            reports.handle(request.user)
        text = ngettext(
            "%(verdict)s: done for %(done)d of %(count)d message.",
            "%(verdict)s: done for %(done)d of %(count)d messages.",
            len(reported),
        ) % {"verdict": description, "done": len(done), "count": len(reported)}
        model_admin.message_user(request, text, SUCCESS if done == reported else WARNING)

    return action


def _delete(reported: list[Message]) -> list[Message]:
    Message.objects.filter(pk__in=[message.pk for message in reported]).soft_delete()
    return reported


def _mute(reported: list[Message]) -> list[Message]:
    """Only members can be: who has left writes nothing anyway."""
    return [message for message in reported if message.author and message.room.mute(message.author, HOUR)]


def _ban(reported: list[Message]) -> list[Message]:
    present = [message for message in reported if message.author]
    for message in present:
        message.room.ban(message.author)
    return present


delete_message = verdict(_("Delete the message for readers"), _delete)
mute_author = verdict(_("Mute the author for an hour"), _mute)
ban_author = verdict(_("Ban the author from the room"), _ban)
dismiss = verdict(_("Dismiss: the message may stay"), list)
