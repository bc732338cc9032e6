"""What happens to items at a time, such as that a scheduled entry is published: whoever asks first does it.

A kind of items that has such times says so by its queryset: `due` finds the rows, and `when_due` is the write. That
finds them once more under the lock of their streams, so that of all the processes that ask once a second, and of
`manage.py due`, exactly one does it; one that is killed meanwhile has done nothing, and the next one does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Exists

from realtime.models import Stream

from .items import Item
from .querysets import ItemQuerySet


@cache
def timed_models() -> list[type[Any]]:
    """The kinds of items to which something happens at a time."""
    items = [model for model in apps.get_models() if issubclass(model, Item)]
    return [model for model in items if type(model._default_manager.all()).due is not ItemQuerySet.due]


def carry_out() -> int:
    """Do what is due; how many rows that were."""
    return sum(model._default_manager.due().when_due() for model in _kinds_due())


def _kinds_due() -> list[type[Any]]:
    """Those of which rows are due: by one query, of any stream, since where there is none there are no items."""
    models = timed_models()
    asked = [Exists(model._default_manager.due().order_by()) for model in models]
    [answer] = Stream.objects.order_by().values_list(*asked)[:1] or [()] if asked else [()]
    return [model for model, is_due in zip(models, answer, strict=False) if is_due]
