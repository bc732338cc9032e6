"""Actions on the entries that an editor has ticked in the admin's list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import ngettext

from .models import Entry, EntryQuerySet


def change(description: Any, **fields: Any) -> Any:
    """An action that sets fields: readers get it as one change, and it stands in the history of each entry."""

    @admin.action(description=description, permissions=["change"])
    def action(model_admin: admin.ModelAdmin[Entry], request: HttpRequest, queryset: EntryQuerySet) -> None:
        entries = queryset.exclude(**fields)
        with transaction.atomic():
            changed = list(entries)  # for the history: afterwards they are no longer found like this
            count = entries.publish() if fields.get("state") == Entry.State.PUBLISHED else entries.update(**fields)
            LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, str(description))  # type: ignore[arg-type]
        text = ngettext("%(count)d entry changed.", "%(count)d entries changed.", count) % {"count": count}
        model_admin.message_user(request, text, messages.SUCCESS if count else messages.WARNING)

    return action
