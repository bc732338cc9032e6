"""Lists of the admin: what is changed in their rows overwrites nobody's change, and what deletes comes last."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from realtime.streams import statement

from .conflicts import StaleForm
from .undo import Values, offer, put_back, row_values, values_of


class RowForm(StaleForm):
    """A row of a list. Its streams are locked by then, so that the instance is the row as it is."""

    def stored(self) -> Any:
        return self.instance

    @property
    def is_gone(self) -> bool:
        """Whether the row was deleted meanwhile: then there is nothing to change."""
        return self.is_bound and self.instance.pk is None

    def has_changed(self) -> bool:
        return not self.is_gone and super().has_changed()

    def _post_clean(self) -> None:
        """What nobody has touched is not checked again: it may be older than a rule."""
        if self.has_changed():
            super()._post_clean()  # type: ignore[misc]

    def _update_errors(self, errors: Any) -> None:
        """What is wrong with fields that the list does not show is said above the row."""
        found = getattr(errors, "error_dict", {})
        for name in found.keys() - self.fields.keys() - {"__all__"}:
            self.add_error(None, found.pop(name))
        if found or not hasattr(errors, "error_dict"):
            super()._update_errors(errors)  # type: ignore[misc]


class Rows(BaseModelFormSet):
    """The rows that were sent, as they are when nobody else can write to them any more."""

    def __init__(self, data: Any = None, files: Any = None, queryset: Any = None, **kwargs: Any) -> None:
        if data is not None:
            queryset.lock()
            queryset = queryset.all()
        super().__init__(data, files, queryset=queryset, **kwargs)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form: Any = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.empty_permitted = form.is_gone
        return form


class InList:
    """What was changed in the rows of a list, as an action that can be undone."""

    short_description = _("Changed in the list")
    allowed_permissions = ("change",)

    back = staticmethod(put_back)


class ListAdmin(admin.ModelAdmin):
    change_list_template = "realtime/admin/change_list.html"

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **{"form": RowForm, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **{"formset": Rows, **kwargs})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """All rows that were changed in the list are one change for readers."""
        if "_save" not in request.POST or not self.list_editable:
            return super().changelist_view(request, extra_context)
        with statement(()):
            before: dict[Any, Values] = {}
            request.rows_before = before  # type: ignore[attr-defined]  # filled in by `save_form`
            response: Any = super().changelist_view(request, extra_context)
            self._offer_undo(request, before)
        if refused := getattr(response, "context_data", None):  # each form beside its row, whatever is listed by now
            refused["cl"].result_list = [form.instance for form in refused["cl"].formset.forms]
        return response

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Of a row of a list, keep what it said."""
        if hasattr(request, "rows_before"):
            rows = self.model._base_manager.filter(pk=form.instance.pk)
            request.rows_before |= values_of(rows, form.changed_data)
        return super().save_form(request, form, change)

    def _offer_undo(self, request: HttpRequest, before: dict[Any, Values]) -> None:
        rows = self.model._base_manager.filter(pk__in=before)
        after = {row.pk: row_values(row, before[row.pk]) for row in rows}
        if undo := offer(request, self, "edit_in_list", before, after):
            self.message_user(request, format_html("{} {}", _("Not what you meant?"), undo))

    edit_in_list = InList()

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        """Django's own, which deletes, would be the first."""
        actions = super().get_actions(request, action_location)
        last = {name: actions.pop(name) for name in ("delete_selected",) if name in actions}
        return {**actions, **last}
