"""Text with one kind of line break, "\\n", by whatever path it comes: browsers send "\\r\\n" from forms.

Otherwise an entry that was posted by a command and saved in a form would differ from itself.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models.query_utils import DeferredAttribute


def newlines(text: Any) -> Any:
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text


class FormField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        return newlines(super().to_python(value))


class Attribute(DeferredAttribute):
    """Whatever is assigned can be compared with what is stored."""

    def __set__(self, row: models.Model, value: Any) -> None:
        row.__dict__[self.field.attname] = newlines(value)


class NewlineMixin(models.Field):
    descriptor_class = Attribute

    def get_prep_value(self, value: Any) -> Any:
        """For what is updated, or looked for, without a row."""
        return newlines(super().get_prep_value(value))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": FormField, **kwargs})

    def deconstruct(self) -> Any:
        """To the database it is Django's own field of that name: no migration has to know."""
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{type(self).__name__}", args, kwargs


class TextField(NewlineMixin, models.TextField):
    pass


class CharField(NewlineMixin, models.CharField):
    pass
