"""Forms that never overwrite what somebody else saved meanwhile: what they alone changed stays, and of what both
changed, both versions are shown.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import display_for_field, unquote
from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, OperationalError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from realtime.streams import lock, written_by
from realtime.text import newlines

from .keeping import forget, keep, take_back
from .moments import MomentField

EXACTLY = "__id__exact"  # how a list's filter ends that leaves the rows of one other row

log = logging.getLogger(__name__)


def words_for(error: Exception) -> str:
    if isinstance(error, IntegrityError):
        return _("Nothing was saved: somebody else has just saved what this collides with. Look at it and save again.")
    return _("Nothing was saved: the database is busy at the moment. Everything is still here; save again.")


class Seen(forms.CharField):
    """What a form was made from; no change of it stands in the history."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class StaleForm(forms.ModelForm):
    """`seen` carries digests of the values that it was made from. Saved meanwhile were: `kept`, the labels of fields
    that a colleague alone has changed, and `conflicts`, those that both have: (label, theirs, yours).
    """

    seen = Seen(required=False)
    conflicts: list[tuple[str, Any, Any]]
    theirs: dict[str, Any]  # the values of these, by the names of their fields
    kept: list[str]
    not_saved = ""  # why not, whatever was sent

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts, self.kept, self.theirs = [], [], {}
        if self.instance.pk:
            self.initial["seen"] = self._digests(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, field in self.fields.items():  # a clock that goes back shows two moments as one
            if isinstance(self.initial.get(name), datetime) and not field.has_changed(
                self[name].initial, self[name].data
            ):
                cleaned[name] = self.initial[name]
        if self.not_saved:
            raise forms.ValidationError(self.not_saved)
        if self.instance.pk and self.is_bound:
            self._compare(cleaned)
        return cleaned

    def _compare(self, cleaned: dict[str, Any]) -> None:
        if transaction.get_connection().in_atomic_block:
            lock(*self.instance.streams())  # until the save: nobody comes in between
        stored = type(self.instance)._base_manager.filter(pk=self.instance.pk).first()
        if stored is None:
            raise forms.ValidationError(_("A colleague has deleted this meanwhile. Copy what you need from here."))
        seen = dict(word.partition("=")[::2] for word in (cleaned.get("seen") or "").split())
        for name in self._columns(stored):
            theirs, yours = getattr(stored, name), cleaned.get(name, self[name].data)  # data: it is not valid
            if seen.get(name) == digest(theirs):
                continue
            if digest(yours) in (seen.get(name), digest(theirs)):
                self._keep(name, theirs, cleaned)
            else:
                field = stored._meta.get_field(name)
                self.theirs[name] = theirs
                self.conflicts.append((str(self.fields[name].label), show(theirs, field), show(yours, field)))
        # Saving once more means it.
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix("seen")] = self._digests(stored)
        if self.conflicts:
            raise forms.ValidationError(
                _("A colleague has saved this meanwhile. Compare both versions below; save again to keep yours.")
            )

    def _keep(self, name: str, theirs: Any, cleaned: dict[str, Any]) -> None:
        """Theirs is saved, and shown if the form comes back."""
        cleaned[name] = self.initial[name] = theirs
        self.fields[name].bound_data = lambda data, initial: theirs  # type: ignore[method-assign]
        self.changed_data = [changed for changed in self.changed_data if changed != name]
        self.kept.append(str(self.fields[name].label))

    @property
    def note(self) -> str:
        """What to tell of `kept`."""
        text = _("A colleague has saved this meanwhile. What they alone changed was kept: %(fields)s.")
        return text % {"fields": ", ".join(self.kept)} if self.kept else ""

    def _columns(self, row: Any) -> list[str]:
        return [name for name in self.fields if name in row._meta._forward_fields_map]

    def _digests(self, row: Any) -> str:
        return " ".join(f"{name}={digest(getattr(row, name))}" for name in self._columns(row))


def digest(value: Any) -> str:
    """Of what a form keeps of a value: no microseconds, no time zone, one kind of line break; nothing is nothing."""
    if isinstance(value, datetime):
        value = value.replace(microsecond=0).astimezone(UTC)
    return hashlib.sha256(newlines(str(getattr(value, "pk", value) or "")).encode()).hexdigest()[:12]


def show(value: Any, field: Any) -> Any:
    """A value as the admin's lists show it; a new file, or what is no value at all, by its text."""
    try:
        return str(value) if isinstance(value, UploadedFile) else display_for_field(value, field, "–")
    except (TypeError, ValueError, AttributeError):
        return str(value)


class StaleFormAdmin(admin.ModelAdmin):
    form = StaleForm
    change_form_template = "realtime/admin/change_form.html"

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("realtime/kept-form.js", type="module")  # which the stubs do not know yet
        return super().media + forms.Media(js=[script])

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
