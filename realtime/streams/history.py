"""What rows used to say: each way to write them keeps it, `update()`, actions and bulk methods too.

A model of items names the fields of which a history is kept: `history_fields = ("headline", "body")`. Who writes is
whoever is named by `written_by`, as the admin does; a command is nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Max

from realtime.models import Revision

CHUNK = 500  # rows in one query

type Says = dict[str, Any]  # the values of the kept fields, by the item's id

_writer: ContextVar[Any] = ContextVar("writer", default=None)  # a primary key


@contextmanager
def written_by(person: Any) -> Iterator[None]:
    """What is written in here was written by this person."""
    token = _writer.set(person.pk)
    try:
        yield
    finally:
        _writer.reset(token)


@contextmanager
def recording(model: Any, keys: Collection[Any], written: Collection[str] | None = None) -> Iterator[None]:
    """Around a write of these fields (None: any): keep what the rows said before, unless that is kept, and say then.

    `keys` may be filled in on the way, with those of rows that are new.
    """
    if not model.history_fields or (written is not None and not set(model.history_fields) & set(written)):
        yield
        return
    before = _keep(model, keys, _latest(model, keys), None)
    yield
    _keep(model, keys, before, _writer.get())


def _keep(model: Any, keys: Collection[Any], known: Says, person: Any) -> Says:
    """Keep what these rows say, where that is not `known` already; and return it."""
    now: Says = {}
    for some in chunks(keys):
        rows = model._base_manager.filter(pk__in=some).order_by().values("pk", *model.history_fields)
        said = {item_id(model, row.pop("pk")): row for row in rows}
        new = [
            Revision(item=item, person_id=person, fields=row) for item, row in said.items() if known.get(item) != row
        ]
        Revision.objects.bulk_create(new)
        now |= said
    return now


def _latest(model: Any, keys: Collection[Any]) -> Says:
    """What the last versions of these rows say."""
    said: Says = {}
    for some in chunks(keys):
        items = [item_id(model, pk) for pk in some]
        latest = Revision.objects.filter(item__in=items).values("item").annotate(latest=Max("pk")).values("latest")
        said |= Revision.objects.filter(pk__in=latest).values_list("item", "fields")
    return said


def chunks(keys: Collection[Any]) -> Iterator[list[Any]]:
    every = list(keys)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))


def item_id(model: Any, pk: Any) -> str:
    return f"{model._meta.model_name}-{pk}"


def versions_of(row: models.Model) -> models.QuerySet[Revision]:
    """The versions of a row, newest first."""
    return Revision.objects.filter(item=item_id(type(row), row.pk)).select_related("person").order_by("-pk")


def prune_history() -> int:
    """Forget what deleted rows used to say; how many versions that were."""
    kinds = [model for model in apps.get_models() if getattr(model, "history_fields", ())]
    return sum(_forget_deleted(model) for model in kinds)


def _forget_deleted(model: Any) -> int:
    prefix = item_id(model, "")
    versions = Revision.objects.filter(item__startswith=prefix).order_by()
    keys = {item.removeprefix(prefix) for item in versions.values_list("item", flat=True).distinct()}
    gone = sorted(keys - set(map(str, model._base_manager.values_list("pk", flat=True))))
    return sum(versions.filter(item__in=[prefix + key for key in some]).delete()[0] for some in chunks(gone))
