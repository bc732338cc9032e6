"""Actions on the rows that somebody has ticked in the admin's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _


def change(description: Any, write: Callable[[Any, Any], int] | None = None, **fields: Any) -> Any:
    """An action that sets fields, or lets `write(queryset, person)`: rows that have them already are left alone.

    Readers get it as one change, and it stands in the history of each row.
    """

    @admin.action(description=description, permissions=["change"])
    def action(model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: Any) -> None:
        rows = queryset.exclude(**fields)
        with transaction.atomic():
            changed = list(rows)  # for the history: afterwards they are no longer found like this
            count = write(rows, request.user) if write else rows.update(**fields)
            log(request, changed, description)
        tell(model_admin, request, count)

    return action


def log(request: HttpRequest, rows: Any, description: Any) -> None:
    """Into the history of each row."""
    LogEntry.objects.log_actions(request.user.pk, rows, CHANGE, str(description))  # type: ignore[arg-type]


def tell(model_admin: admin.ModelAdmin[Any], request: HttpRequest, count: int) -> None:
    text = _("%(count)d %(name)s changed.") % {"count": count, "name": model_ngettext(model_admin.opts, count)}
    model_admin.message_user(request, text, messages.SUCCESS if count else messages.WARNING)
