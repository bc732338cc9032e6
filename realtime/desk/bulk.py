"""What the admin does with rows that somebody has ticked in a list, or deletes with all that goes with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import model_ngettext
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from realtime.streams import is_simple, taken_along

from .undo import hold, log, offer, put_back, values_of

Write = Callable[[Any, Any], int]  # of rows, by a person; of how many it was
Back = Callable[[Any, Any, dict[str, Any]], Any]  # of rows, by a person, to these values
EVERY = Q()


class change:
    """An action that sets `fields`, or lets `write(rows, person)`: rows that have them already are left alone.

    Readers get it as one change, it stands in the history of each row, and the message offers to undo it. `among` are
    the rows for which it makes sense, and `also` the fields that change with these; where none are named, there is no
    way back. Where more than an update of the rows leads back, that is `back(rows, person, values)`.
    """

    allowed_permissions = ["change"]

    def __init__(
        self,
        description: Any,
        write: Write | None = None,
        among: Q = EVERY,
        also: tuple[str, ...] = (),
        back: Back = put_back,
        **fields: Any,
    ) -> None:
        self.short_description = description
        self.write = write or (lambda rows, person: rows.update(**fields))
        self.among = among
        self.names = (*fields, *also)
        self.back = back
        self.fields = fields

    def __set_name__(self, owner: Any, name: str) -> None:
        self.name = name

    def __call__(self, model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: Any) -> None:
        rows = queryset.filter(self.among).exclude(**self.fields)
        with transaction.atomic():
            hold(rows)
            changed = list(rows)  # for the history: afterwards they are no longer found like this
            before = values_of(changed, self.names)
            count = self.write(rows, request.user)
            log(request, changed, self.short_description)
            undo = self.offer(model_admin, request, before)
        tell(model_admin, request, count, undo)

    def offer(self, model_admin: admin.ModelAdmin[Any], request: HttpRequest, before: dict[Any, Any]) -> str:
        """The way back, if there is one."""
        if not self.names:
            return ""
        now = model_admin.model._base_manager.filter(pk__in=before)
        return offer(request, model_admin, self.name, before, values_of(now, self.names))


def tell(model_admin: admin.ModelAdmin[Any], request: HttpRequest, count: int, undo: str = "") -> None:
    text = _("%(count)d %(name)s changed.") % {"count": count, "name": model_ngettext(model_admin.opts, count)}
    level = messages.SUCCESS if count else messages.WARNING
    model_admin.message_user(request, format_html("{} {}", text, undo) if undo else text, level)


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
