"""What a moderator decides on reported messages, in the admin's queue and on a room's own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import user_of
from realtime.desk import log

from ..models import Message, MessageQuerySet, Report

HOUR = 60  # minutes


class Verdict(NamedTuple):
    """`carry_out(messages)` returns those for which it could be done; the reports of the others stay open."""

    description: Any
    carry_out: Callable[[list[Message]], list[Message]]
    on_author: bool = False

    def decide(self, request: HttpRequest, messages: MessageQuerySet) -> tuple[list[Message], list[Message]]:
        """For all reports of these messages; they, and those for which it was done."""
        with transaction.atomic():
            reported = messages.select_related("room", "author").distinct().locked()
            done = self.carry_out(reported)
            reports = Report.objects.filter(message__in=done)
            log(request, reports, self.description)
            log(request, done, self.description)
            reports.handle(user_of(request))
        return reported, done


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


VERDICTS = {
    "delete_message": Verdict(_("Delete the message for readers"), _delete),
    "mute_author": Verdict(_("Mute the author for an hour"), _mute, on_author=True),
    "ban_author": Verdict(_("Ban the author from the room"), _ban, on_author=True),
    "dismiss": Verdict(_("Dismiss: the message may stay"), list),
}
