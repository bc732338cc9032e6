"""System checks of items: what would be missed, slow, or shown as a placeholder is said before it happens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from .fields import VersionField, version_fields
from .items import Item

MARKUP = re.compile(r"{%.*?%}|{#.*?#}|{{.*?}}", re.DOTALL)
ROOT = re.compile(r"<[a-zA-Z][^>]*>")


@register
def check_items(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for model in apps.get_models():
        for field in version_fields(model):
            found += check_version_field(model, field)
        if issubclass(model, Item):
            found += check_rendering(model)
    return found


def check_version_field(model: type[models.Model], field: VersionField) -> Iterator[CheckMessage]:
    if not issubclass(model, Item):
        hint = f"Write class {model.__name__}(Item): only items give their changes a version."
        yield Error(f"{model.__name__} has a VersionField and is no Item.", hint=hint, obj=model, id="realtime.E010")
    try:
        source = field.source_field
    except FieldDoesNotExist:
        names = ", ".join(sorted({"pk", *(each.attname for each in model._meta.concrete_fields)} - {field.attname}))
        hint = f"Name one of its columns: {names}."
        text = f"{model.__name__} has no column {field.source!r}, by which {field.stream!r} names its streams."
        yield Error(text, hint=hint, obj=field, id="realtime.E011")
        return
    wanted = [field.name] if source is None else [source.name, field.name]
    if not field.is_own and not is_indexed(model, wanted):
        hint = "Write VersionField(…, db_index=True)."
        if source:
            hint = f"In Meta: indexes = [models.Index(fields={wanted}, name='{model._meta.model_name}_by_version')]"
        text = f"Every push looks for {model.__name__} by {' and '.join(wanted)}, which no index has."
        yield Warning(text, hint=hint, obj=model, id="realtime.W012")


def is_indexed(model: type[models.Model], names: list[str]) -> bool:
    """Whether an index begins with these fields."""
    indexes = [index.fields for index in model._meta.indexes]
    indexes += [list(each.fields) for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)]
    indexes += [[field.name] for field in model._meta.local_fields if getattr(field, "db_index", False) or field.unique]
    return any(list(index)[: len(names)] == names for index in indexes)


def check_rendering(model: type[Item]) -> Iterator[CheckMessage]:
    name = model.__name__
    if not model.item_template:
        if model.as_item is Item.as_item and not model.item_data:
            hint = f"Set item_template = '{model._meta.app_label}/_{model._meta.model_name}.html', or item_data."
            yield Error(f"{name} says nothing of how readers see it.", hint=hint, obj=model, id="realtime.E013")
        return
    try:
        template: Any = get_template(model.item_template)
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        hint = f"Write it: one element, with id, data-version and data-position, where item is the {name}."
        text = f"The template of {name}, {model.item_template}, cannot be used: {error!r}."
        yield Error(text, hint=hint, obj=model, id="realtime.E014")
        return
    if settings.DEBUG:
        wanted = ["id", "data-version"] + ["data-position"] * (model.position is not Item.position)
        root = ROOT.search(MARKUP.sub("", template.template.source))
        missing = [each for each in wanted if root is None or not re.search(rf"\s{each}=", root[0])]
        if missing:
            hint = (
                'Write it like <p id="{{ item.item_id }}" data-version="{{ item.version }}" …>: by these it is found.'
            )
            text = f"The root element of {model.item_template} lacks {', '.join(missing)}."
            yield Error(text, hint=hint, obj=model, id="realtime.E015")
