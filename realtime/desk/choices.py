"""The picker of a row of another kind, which Django's admin calls autocomplete: the admin of those rows says in which
order they come, by `choice_order`, and by `choice_label(row)` what each line says.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import QuerySet
from django.http import HttpRequest


class Choices(AutocompleteJsonView):
    def get_queryset(self) -> QuerySet[Any]:
        order = getattr(self.model_admin, "choice_order", ())
        return super().get_queryset().order_by(*order) if order else super().get_queryset()

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "choice_label", str)
        return {**super().serialize_result(obj, to_field_name), "text": label(obj)}


class LabelledChoices(admin.ModelAdmin):
    """Whose forms say of the row that is chosen what the picker says of it."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        theirs = self.admin_site._registry.get(db_field.remote_field.model)
        if field and db_field.name in self.get_autocomplete_fields(request):
            field.label_from_instance = getattr(theirs, "choice_label", str)
        return field
