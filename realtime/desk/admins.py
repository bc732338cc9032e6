"""The admin around forms that overwrite nothing: nothing that was typed is lost, and when nothing could be saved, that
is said.
"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, OperationalError, models
from django.forms import Media, Script
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from realtime.streams import item_id, written_by
from realtime.templatetags.realtime import socket

from .choices import LabelledChoices
from .conflicts import StaleForm
from .keeping import forget, keep, take_back
from .lists import ListAdmin
from .moments import MomentField
from .refusals import words_for

EXACTLY = "__id__exact"  # how a list's filter ends that leaves the rows of one other row

log = logging.getLogger(__name__)


class StaleFormAdmin(LabelledChoices, ListAdmin):
    form = StaleForm
    change_form_template = "realtime/admin/change_form.html"

    @property
    def media(self) -> Media:
        names = ("realtime/kept-form.js", "realtime/admin/colleagues.js")
        scripts: Any = [Script(name, type="module") for name in names]  # which the stubs do not know yet
        return super().media + Media(css={"all": ["realtime/admin/desk.css"]}, js=scripts)

    def get_form_socket(self, obj: Any) -> str:
        """The path of the socket on which who edits this row is told: all forms of a model share one."""
        return socket("form", self.opts.label_lower)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context["original"]
        if row and self.has_change_permission(request, row):
            context["colleagues"] = {"socket": self.get_form_socket(row), "item": item_id(type(row), row.pk)}
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, models.DateTimeField):
            kwargs["form_class"] = MomentField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A form that is refused comes back with all that was typed, its files too."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        take_back(request)
        with written_by(request.user):
            response = self._taken_or_told(request, *args, **kwargs)
        refused = getattr(response, "context_data", None)
        if refused and "adminform" in refused:
            refused["kept_files"] = keep(request, refused["adminform"].form)
        forget(request)
        return response

    def _taken_or_told(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Also when the database refuses, because of a lock or a lost race."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (IntegrityError, OperationalError) as error:
            log.warning("%s was not saved: %s", self.opts.model_name, error)
            request.not_saved = words_for(error)  # type: ignore[attr-defined]
        # Outside a transaction, which may be what cannot be had: nothing is written this time.
        return self._changeform_view(request, *args, **kwargs)  # type: ignore[attr-defined]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._or_say(request, super().changelist_view, request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._or_say(request, super().delete_view, request, *args, **kwargs)

    def _or_say(self, request: HttpRequest, view: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            with written_by(request.user):
                return view(*args, **kwargs)
        except OverflowError as error:  # a key that no row can have
            raise BadRequest("There is no such row.") from error
        except OperationalError as error:
            if request.method != "POST":
                raise
            log.warning("%s: nothing was changed: %s", self.opts.model_name, error)
            self.message_user(request, words_for(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What was typed for a deleted row; else what the address says of a new one, if it can be said of one: by
        itself, or by the filter of the list from which one came.
        """
        if hasattr(request, "typed"):
            return request.typed
        filters = QueryDict(request.GET.get("_changelist_filters"))
        related = {name.removesuffix(EXACTLY): filters[name] for name in filters if name.endswith(EXACTLY)}
        initial: dict[str, Any] = related | super().get_changeform_initial_data(request)
        for name, value in initial.items():
            try:
                field: Any = self.opts.get_field(name)
                if not field.many_to_many:
                    initial[name] = field.target_field.to_python(value) if field.is_relation else field.to_python(value)
                    if isinstance(initial[name], int) and abs(initial[name]) >= 2**63:
                        raise ValueError
            except FieldDoesNotExist:
                continue
            except (ValidationError, ValueError, TypeError) as error:
                raise BadRequest(f"{name!r} can't be {value[:40]!r}.") from error
        return initial

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.not_saved = getattr(request, "not_saved", "")  # type: ignore[attr-defined]  # it is made for this request
        return form

    def change_view(self, request: Any, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """When the row was deleted meanwhile, what was typed fills the form for a new one."""
        deleted = request.method == "POST" and self.get_object(request, unquote(object_id)) is None
        if not deleted or not self.has_add_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        typed = self.get_form(request)(request.POST, request.FILES)
        request.method = "GET"
        request.typed = {name: typed[name].data for name in typed.fields if typed[name].data is not None}
        text = _("A colleague has deleted this meanwhile. Here is your version: save it to add it anew.")
        self.message_user(request, text, messages.WARNING)
        add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return self.add_view(request, form_url=add, extra_context=extra_context)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """`seen` goes with the first fieldset; it is hidden."""
        fieldsets: list[Any] = [(title, dict(options)) for title, options in super().get_fieldsets(request, obj)]
        if (self.fieldsets or self.fields) and self.has_change_permission(request, obj):
            fieldsets[0][1]["fields"] = [*fieldsets[0][1]["fields"], "seen"]
        return fieldsets

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.note:
            self.message_user(request, form.note, messages.WARNING)
