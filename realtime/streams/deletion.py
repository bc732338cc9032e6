"""A stream that ends takes its rows along: by a statement for each table, however many rows there are.

Django would load every one of them, and the write lock would be held for as long as that takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import CASCADE, SET_NULL, Model, QuerySet
from django.db.models.deletion import get_candidate_relations_to_delete

from .fields import members, version_fields


def end_streams(rows: QuerySet[Any]) -> Counter[str]:
    """Delete what travels in these rows' own streams, which end with them; how many of each model.

    Django sends no signals for rows that go like this. What has to happen with them is their `before_delete`.
    """
    gone: Counter[str] = Counter()
    for travellers in _travellers(rows):
        if is_simple(travellers.model):  # else it is left to Django, which knows what is protected
            gone += _delete(travellers)
    return gone


def taken_along(rows: QuerySet[Any]) -> dict[type[Model], int]:
    """How many of each model a delete of these rows takes along by cascade, the rows among them."""
    found: dict[type[Model], QuerySet[Any]] = {}
    _collect(rows, found)
    counts = {model: each.count() for model, each in found.items()}
    return {model: count for model, count in counts.items() if count}


def _collect(rows: QuerySet[Any], found: dict[type[Model], QuerySet[Any]]) -> None:
    known = found.get(rows.model)
    found[rows.model] = rows if known is None else known | rows
    for relation in _relations(rows.model):
        if relation.on_delete is CASCADE and relation.related_model is not rows.model:
            _collect(_pointing(relation, rows), found)


def _travellers(rows: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """The rows of other models in the streams that these rows own."""
    kinds = [field.kind for field in version_fields(rows.model) if field.is_own]  # type: ignore[arg-type]
    for model, field in (member for kind in kinds for member in members(kind)):
        if not field.is_own:
            yield model._base_manager.filter(**{f"{field.source}__in": _keys(rows)})


def is_simple(model: type[Model]) -> bool:
    """Whether all that depends on a model goes along, or forgets it, and none on its own kind."""
    return all(
        relation.on_delete in (CASCADE, SET_NULL)
        and relation.related_model is not model
        and (relation.on_delete is SET_NULL or is_simple(relation.related_model))
        for relation in _relations(model)
    )


def _delete(rows: Any) -> Counter[str]:
    """Those who depend on them first; of these, who travels in another stream leaves a tombstone there."""
    gone: Counter[str] = Counter()
    if version_fields(rows.model):
        rows.before_delete()
    for relation in _relations(rows.model):
        dependents: Any = _pointing(relation, rows)
        if relation.on_delete is SET_NULL:
            dependents.update(**{relation.field.name: None})
        elif version_fields(dependents.model):
            gone += Counter(dependents.delete()[1])
        else:
            gone += _delete(dependents)
    gone[rows.model._meta.label] += rows.order_by()._raw_delete(rows.db)
    return gone


def _relations(model: type[Model]) -> list[Any]:
    return list(get_candidate_relations_to_delete(model._meta))


def _pointing(relation: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    return relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": _keys(rows)})


def _keys(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by().values("pk")
