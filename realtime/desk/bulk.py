"""What the admin does with rows that somebody has ticked in a list, or deletes with all that goes with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from realtime.streams import is_simple, taken_along


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


class CountedDelete(admin.ModelAdmin):
    """Its confirmation counts what goes with a row: Django's would load and list all of it."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        if not is_simple(self.model):
            return super().get_deleted_objects(objs, request)
        rows = self.model._base_manager.filter(pk__in=[row.pk for row in objs])
        counts = taken_along(rows)
        lines = [f"{self.opts.verbose_name}: {row}" for row in rows]
        lines += [described(model, count) for model, count in counts.items() if model is not self.model]
        summary = {model._meta.verbose_name_plural: count for model, count in counts.items()}
        admins = {model: self.admin_site._registry.get(model) for model in counts}
        refused = {
            model._meta.verbose_name
            for model, model_admin in admins.items()
            if model_admin and not model_admin.has_delete_permission(request)
        }
        return lines, summary, refused, []


def described(model: Any, count: int) -> str:
    return f"{number_format(count, force_grouping=True)} {model_ngettext(model._meta, count)}"
