"""How items are written: each path locks its streams, writes, and stamps what readers can see with a new version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from .statements import statement

if TYPE_CHECKING:
    from .models import Item, VersionField

CHUNK = 500  # primary keys in one query


class ItemQuerySet(models.QuerySet):
    """`update`, `delete` and the bulk methods of items, which readers must see too."""

    def update(self, **kwargs: Any) -> int:
        refuse_to_move(self.model, kwargs)
        names = self._streams()
        with statement(names) as versions:
            # Rows that were never shown may be the only ones of a stream that is not there yet.
            versions.create(name for name in names if not is_own(name))
            matched = self.filter(self._within(versions.names))
            keys = list(matched.order_by().values_list("pk", flat=True))
            count = super(ItemQuerySet, matched).update(**kwargs)
            stamp(self.model, keys, versions)
            return count

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with statement(self._streams()):
            return delete_with_streams(self, super().delete)

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def before_delete(self) -> None:
        """For what else has to be locked, or deleted first. The streams of these rows are locked."""

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
            created = super().bulk_create(objs, *args, **kwargs)
            versions.create({name for obj in objs for name in obj.streams()})
            stamp(self.model, [obj.pk for obj in objs], versions, objs)
            return created

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        objs = list(objs)
        with statement({name for obj in objs for name in obj.streams()}):
            return super().bulk_update(objs, *args, **kwargs)  # calls update() above, once per batch

    def _streams(self) -> set[str]:
        rows = self.order_by()
        return {
            field.stream_of(value)
            for field in fields_of(self.model)
            for value in (rows.values_list(field.source, flat=True).distinct() if field.source else [""])
        }

    def _within(self, locked: Collection[str]) -> Q:
        """Only rows of the streams under our lock: one that came to match meanwhile was not part of the statement."""
        condition = Q()
        for field in fields_of(self.model):
            if field.source:
                values = [name.partition(".")[2] for name in locked if name.startswith(f"{field.kind}.")]
                condition &= Q(**{f"{field.source}__in": values})
        return condition


def save_item(
    item: Item, save: Callable[..., None], update_fields: Collection[str] | None = None, **kwargs: Any
) -> None:
    model = type(item)
    fields = fields_of(model)
    names = [field.attname for field in fields]
    sources = {field.source for field in fields if field.source and field.source != "pk"}
    with statement(item.streams()) as versions:
        known = model._base_manager.filter(pk=item.pk).values(*names, *sources).first() if item.pk else None
        for source in sources if known else ():
            if known and known[source] != getattr(item, source):
                raise ValueError(f"{item.item_id} stays in its stream for life: {source} can't change.")
        for field in fields:
            stored = known and known[field.attname]
            ready = not field.source or getattr(item, field.source) is not None
            changed = ready and (item.is_shown or stored is not None)
            stream = field.stream_of(field.source and getattr(item, field.source))
            setattr(item, field.attname, versions.next(stream) if changed else stored)
        if update_fields is not None:
            update_fields = {*update_fields, *names}
        save(update_fields=update_fields, **kwargs)
        if unstamped := [field for field in fields if field.source == "pk" and getattr(item, field.attname) is None]:
            versions.create({field.stream_of(item.pk) for field in unstamped})
            stamp(model, [item.pk], versions, [item], unstamped)


def delete_with_streams(rows: Any, delete: Callable[[], tuple[int, dict[str, int]]]) -> tuple[int, dict[str, int]]:
    """What `delete()` says that it deleted, and with it what was in the streams that end."""
    from .ending import end_streams

    rows.before_delete()
    counts = end_streams(rows)
    counts += Counter(delete()[1])
    return counts.total(), dict(counts)


def stamp(
    model: Any,
    keys: list[Any],
    versions: Any,
    items: Iterable[Item] = (),
    fields: Iterable[VersionField] | None = None,
) -> None:
    """Give rows that are shown, or once were, the statement's version; set it on `items` too."""
    by_key = {item.pk: item for item in items}
    for field in fields if fields is not None else fields_of(model):
        seen = Q()  # all rows; in an OR, it would vanish
        if model.shown_when:
            seen = Q(**model.shown_when) | Q(**{f"{field.name}__isnull": False})
        for start in range(0, len(keys), CHUNK):
            rows = model._base_manager.filter(seen, pk__in=keys[start : start + CHUNK])
            streams: dict[str, list[Any]] = {}
            for pk, value in rows.values_list("pk", field.source or "pk"):
                streams.setdefault(field.stream_of(value), []).append(pk)
            for stream, pks in sorted(streams.items()):
                version = versions.next(stream)
                models.QuerySet(model).filter(pk__in=pks).update(**{field.name: version})
                for pk in pks:
                    if pk in by_key:
                        setattr(by_key[pk], field.attname, version)


def is_own(stream: str) -> bool:
    """Whether it is there as long as a row, and gone with it."""
    from .models import members

    return any(field.source == "pk" for _, field in members(stream.partition(".")[0]))


def fields_of(model: type[models.Model]) -> list[VersionField]:
    from .models import version_fields

    return version_fields(model)


def refuse_to_move(model: type[models.Model], changes: dict[str, Any]) -> None:
    fixed = {
        name for field in fields_of(model) for name in (field.source, field.source.removesuffix("_id"), field.name)
    }
    if moved := sorted(fixed & changes.keys()):
        raise ValueError(f"An item stays in its stream for life, and its version is the kernel's: {', '.join(moved)}.")
