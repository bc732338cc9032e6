"""Forms that never overwrite what somebody else saved meanwhile: what they alone changed stays, and of what both
changed, both versions are shown.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib.admin.utils import display_for_field
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from realtime.streams import lock
from realtime.text import newlines

from .moments import validate_moment


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
        for field in self.fields.values():
            if isinstance(field, forms.DateTimeField | forms.SplitDateTimeField):
                field.validators = [*field.validators, validate_moment]
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
        stored = self.stored()
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
        if not (self.conflicts or self.kept):
            return
        # Saving once more means it.
        self.data = cast(QueryDict, self.data).copy()
        self.data[self.add_prefix("seen")] = self._digests(stored)
        if self.conflicts:
            raise forms.ValidationError(
                _("A colleague has saved this meanwhile. Compare both versions below; save again to keep yours.")
            )

    def stored(self) -> Any:
        """The row as it is now, and stays until the save; None if it was deleted."""
        if transaction.get_connection().in_atomic_block:
            lock(*self.instance.streams())
        return type(self.instance)._base_manager.filter(pk=self.instance.pk).first()

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
        key = row._meta.pk.name  # which a row of a list brings along
        return [name for name in self.fields if name in row._meta._forward_fields_map and name != key]

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
