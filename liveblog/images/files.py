"""The files of pictures in the storage: stored together, and removed together."""

from __future__ import annotations

from os.path import splitext
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from django.db import models, transaction

from .names import beside
from .preparing import Picture


def store_beside(storage: Storage, name: str, picture: Picture) -> None:
    """What was made of a picture, beside the name that it got."""
    for ending, content in picture.renditions.items():
        storage.save(f"{splitext(name)[0]}{ending}", ContentFile(content))


def remove(storage: Storage, name: str, width: int | None) -> None:
    """A picture and what is beside it. It goes last: what an error leaves over is found by `manage.py pictures`."""
    for each in (*beside(name, width), name):
        storage.delete(each)


def discard(rows: models.QuerySet[Any], name: str = "image") -> None:
    """Once what is under way is committed, remove the files of these rows which no row has any more."""
    model: Any = rows.model
    field = model._meta.get_field(name)
    widths = dict(rows.order_by().exclude(**{name: ""}).values_list(name, field.width_field))
    if not widths:
        return

    def remove_unused() -> None:
        left = set(model._base_manager.filter(**{f"{name}__in": widths}).values_list(name, flat=True))
        for file in widths.keys() - left:
            remove(field.storage, file, widths[file])

    transaction.on_commit(remove_unused, robust=True)
