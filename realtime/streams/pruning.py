"""What is forgotten after a while: deletions, which only readers who were away for long would still have to learn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from realtime.models import Stream, Tombstone


def prune(name: str, before: datetime) -> int:
    """Forget deletions older than `before`; returns how many. Readers further behind take the page again."""
    with transaction.atomic():
        Stream.objects.select_for_update().filter(name=name).first()  # none: it is gone, and its tombstones with it
        old = Tombstone.objects.filter(stream=name, buried_at__lt=before)
        if (latest := old.order_by("-version").values_list("version", flat=True).first()) is None:
            return 0
        Stream.objects.filter(name=name, horizon__lt=latest).update(horizon=latest)
        return old.delete()[0]
