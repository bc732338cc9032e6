"""Moving entries to another live blog.

An item stays in its stream for life. So a move posts copies there, with the same texts and pictures, and deletes the
entries here: a copy is published as something new is, and its history begins anew.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from realtime.desk import Values, log, offer
from realtime.streams import VersionField, statement

from ..models import Entry, LiveBlog

ANEW = {"id", "published_at", "updated_at"}  # which a copy does not have from its original, as it has no version


def move(entries: QuerySet[Entry], liveblog: LiveBlog) -> list[tuple[Entry, Entry]]:
    """Each that is not there yet, with its copy; oldest first, so that their order stays. One change for the readers
    of each live blog. Raises LiveBlog.DoesNotExist.
    """
    names = {name for entry in entries for name in entry.streams()}
    with statement(names | Entry(liveblog=liveblog).streams()):
        there = LiveBlog.objects.get(pk=liveblog.pk)  # it can't be deleted any more
        originals = entries.all().exclude(liveblog=there).order_by("published_at", "pk")
        moved = [(entry, copy_of(entry, there)) for entry in originals]
        for _original, copy in moved:
            copy.save()
        Entry.objects.filter(pk__in=[entry.pk for entry, _copy in moved]).delete()  # after: the copies keep the files
    return moved


def copy_of(entry: Entry, liveblog: LiveBlog) -> Entry:
    fields = [field for field in Entry._meta.concrete_fields if not isinstance(field, VersionField)]
    values = {field.attname: field.value_from_object(entry) for field in fields if field.name not in ANEW}
    return Entry(**{**values, "liveblog_id": liveblog.pk})


def move_back(entries: QuerySet[Entry], person: Any, values: dict[str, Any]) -> None:
    move(entries, LiveBlog(pk=values["liveblog"]))


class MoveForm(forms.Form):
    def __init__(self, site: admin.AdminSite, data: Any = None) -> None:
        super().__init__(data)
        field: Any = Entry._meta.get_field("liveblog")
        self.fields["liveblog"] = forms.ModelChoiceField(
            LiveBlog.objects.all(), widget=AutocompleteSelect(field, site), label=_("To the live blog")
        )


class MovesEntries(ModelAdmin):
    """The action, with a page on which the live blog is chosen."""

    def has_move_permission(self, request: HttpRequest) -> bool:
        """Who moves an entry makes one, and deletes one."""
        may = (self.has_add_permission, self.has_change_permission, self.has_delete_permission)
        return all(permission(request) for permission in may)

    @admin.action(description=_("Move to another live blog…"), permissions=["move"])
    def move(self, request: HttpRequest, queryset: QuerySet[Entry]) -> HttpResponse | None:
        form = MoveForm(self.admin_site, request.POST if "post" in request.POST else None)
        if form.is_valid():
            self._moved(request, queryset, form.cleaned_data["liveblog"])
            return None
        form.data = {}  # what is no live blog can't be shown as one
        context = {
            **self.admin_site.each_context(request),
            "title": _("Move to another live blog"),
            "opts": self.opts,
            "queryset": queryset,
            "form": form,
            "media": self.media + form.media,
            "action_checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/liveblog/entry/move.html", context)

    move.back = move_back  # type: ignore[attr-defined]

    def _moved(self, request: HttpRequest, queryset: QuerySet[Entry], liveblog: LiveBlog) -> None:
        try:
            with statement(()):
                moved = move(queryset, liveblog)
                self._log_moves(request, moved)
        except LiveBlog.DoesNotExist:
            self.message_user(request, _("A colleague has just deleted that live blog."), messages.ERROR)
            return
        text = ngettext("%(count)d entry moved to {}.", "%(count)d entries moved to {}.", len(moved))
        link = format_html('<a href="{}">{}</a>', liveblog.get_absolute_url(), liveblog)
        level = messages.SUCCESS if moved else messages.WARNING
        before: dict[Any, Values] = {copy.pk: {"liveblog": str(original.liveblog_id)} for original, copy in moved}
        undo = offer(request, self, "move", before, {pk: {"liveblog": str(liveblog.pk)} for pk in before})
        self.message_user(request, format_html("{} {}", format_html(text % {"count": len(moved)}, link), undo), level)
        if moved and (doubt := liveblog.doubt):
            self.message_user(request, doubt, messages.WARNING)

    def _log_moves(self, request: HttpRequest, moved: list[tuple[Entry, Entry]]) -> None:
        for original, copy in moved:
            log(request, [copy], _("Moved here from “%(title)s”") % {"title": original.liveblog})
        self.log_deletions(request, [original for original, _copy in moved])  # type: ignore[arg-type]
