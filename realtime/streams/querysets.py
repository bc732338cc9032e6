"""The querysets of items: each way to write many rows locks their streams, writes, and stamps what readers can see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from .deletion import end_streams
from .fields import VersionField, is_owned, version_fields
from .history import recording
from .names import name_parts
from .statements import Statement, lock, statement

CHUNK = 500  # primary keys in one query


class ItemQuerySet(models.QuerySet):
    """`update`, `delete` and the bulk methods of items, which readers must see too."""

    def update(self, **kwargs: Any) -> int:
        refuse_to_move(self.model, kwargs)
        names = self._streams()
        with statement(names) as versions:
            # Rows that were never shown may be the only ones of a stream that is not there yet.
            versions.create(name for name in names if not is_owned(name))
            matched = self.filter(self._within(versions.names))
            keys = list(matched.order_by().values_list("pk", flat=True))
            with recording(self.model, keys, kwargs):
                count = super(ItemQuerySet, matched).update(**kwargs)
            stamp(self.model, keys, versions)
            return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with statement(self._streams()):
            return delete_with_streams(self, super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def lock(self) -> None:
        """Lock their streams for the rest of the transaction: until then, nobody else writes to these rows."""
        lock(*self._streams())

    def before_delete(self) -> None:
        """For what else has to be locked, or deleted first. The streams of these rows are locked."""

    def due(self) -> ItemQuerySet:
        """The rows to which something is to happen by now, by the database's clock (`Now()`). See due.py."""
        return self.none()

    def when_due(self) -> int:
        """Let it happen to these rows, as far as they still match when their streams are locked; how many that were."""
        return 0

    when_due.alters_data = True  # type: ignore[attr-defined]

    def tell_again(self) -> None:
        """Give these rows a new version, as they are: what readers were shown was something else."""
        with statement(self._streams()) as versions:
            stamp(self.model, list(self.order_by().values_list("pk", flat=True)), versions)

    tell_again.alters_data = True  # type: ignore[attr-defined]

    def update_or_create(self, defaults: Any = None, create_defaults: Any = None, **kwargs: Any) -> tuple[Any, bool]:
        with statement(self.filter(**kwargs)._streams()):  # Django locks the row, and streams come before rows
            return super().update_or_create(defaults, create_defaults, **kwargs)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        if kwargs.get("update_conflicts") or kwargs.get("ignore_conflicts"):
            raise ValueError("Items know their conflicts only one by one: use update_or_create() or bulk_update().")
        objs = list(objs)
        with statement({name for obj in objs for name in obj.streams()}) as versions:
            with recording(self.model, keys := []):
                created = super().bulk_create(objs, *args, **kwargs)
                keys += [obj.pk for obj in objs]
            versions.create({name for obj in objs for name in obj.streams()})
            stamp(self.model, [obj.pk for obj in objs], versions, objs)
            return created

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        objs = list(objs)
        with statement({name for obj in objs for name in obj.streams()}):
            return super().bulk_update(objs, *args, **kwargs)  # calls update() above, once per batch

    def _streams(self) -> set[str]:
        fields = version_fields(self.model)
        rows = self.order_by()
        found = {
            source: list(rows.values_list(source, flat=True).distinct()) for source in {f.source for f in fields} - {""}
        }
        return {field.stream_at(value) for field in fields for value in found.get(field.source, [""])}

    def _within(self, locked: Collection[str]) -> Q:
        """Only rows of the streams under our lock: one that came to match meanwhile was not part of the statement."""
        condition = Q()
        for field in version_fields(self.model):
            if field.source:
                values = [key for kind, key in map(name_parts, locked) if kind == field.kind and key]
                condition &= Q(**{f"{field.source}__in": values})
        return condition


def delete_with_streams(rows: Any, delete: Callable[[], tuple[int, dict[str, int]]]) -> tuple[int, dict[str, int]]:
    """What `delete()` says that it deleted, and with it what was in the streams that end."""
    rows.before_delete()
    counts = end_streams(rows)
    counts += Counter(delete()[1])
    return counts.total(), dict(counts)


def stamp(
    model: type[models.Model],
    keys: list[Any],
    versions: Statement,
    items: Iterable[Any] = (),
    fields: Iterable[VersionField] | None = None,
) -> None:
    """Give rows that are shown, or once were, the statement's version; set it on `items` too."""
    by_key = {item.pk: item for item in items}
    for field in fields if fields is not None else version_fields(model):
        seen = Q()  # all rows; in an OR, it would vanish
        if field.shown_when:
            seen = Q(**field.shown_when) | Q(**{f"{field.name}__isnull": False})
        for start in range(0, len(keys), CHUNK):
            rows = model._base_manager.filter(seen, pk__in=keys[start : start + CHUNK])
            streams: dict[str, list[Any]] = {}
            for pk, value in rows.values_list("pk", field.source or "pk"):
                streams.setdefault(field.stream_at(value), []).append(pk)
            for stream, pks in sorted(streams.items()):
                version = versions.next(stream)
                models.QuerySet(model).filter(pk__in=pks).update(**{field.name: version})
                for pk in pks:
                    if pk in by_key:
                        setattr(by_key[pk], field.attname, version)


def refuse_to_move(model: type[models.Model], changes: dict[str, Any]) -> None:
    fixed = {
        name for field in version_fields(model) for name in (field.source, field.source.removesuffix("_id"), field.name)
    }
    if moved := sorted(fixed & changes.keys()):
        raise ValueError(f"An item stays in its stream for life, and its version is the kernel's: {', '.join(moved)}.")
