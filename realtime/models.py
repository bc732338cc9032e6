"""What a stream is made of in the database, and the base class of everything that travels in one.

A model joins a stream by a `VersionField`; every write path of its rows then raises the stream's head:

    class Entry(Item):
        liveblog = models.ForeignKey(LiveBlog, models.CASCADE)
        version = VersionField("liveblog.{liveblog_id}")
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.signals import class_prepared, post_delete, pre_delete

from .items import ItemQuerySet, delete_with_streams, save_item


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Stream(models.Model):
    """A named, totally ordered sequence of changes.

    `head` is the version of its latest change; cursors below `horizon` can't resume, since what they miss is pruned.
    Both start at the Unix time in milliseconds, so that no cursor of a deleted stream fits one re-created by its name.
    """

    name = models.CharField(max_length=80, primary_key=True)
    head = models.BigIntegerField()
    horizon = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.name} at {self.head}"

    @staticmethod
    def create_missing(names: Iterable[str]) -> None:
        start = now_ms()
        streams = [Stream(name=name, head=start, horizon=start) for name in names]
        Stream.objects.bulk_create(streams, ignore_conflicts=True)


class Tombstone(models.Model):
    """What is left of a deleted item, until pruned: readers who still show it must learn that it went."""

    stream = models.ForeignKey(Stream, models.CASCADE)
    item = models.CharField(max_length=80)
    version = models.BigIntegerField()
    buried_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "item"], name="one_tombstone_per_item")]
        indexes = [models.Index(fields=["stream", "version"], name="tombstone_by_version")]

    def __str__(self) -> str:
        return f"{self.item} gone at {self.version}"


class OldSlug(models.Model):
    """A slug that was corrected: it redirects, and readers who still use it keep their socket."""

    kind = models.CharField(max_length=80)  # of the stream: each kind has slugs of its own
    slug = models.SlugField(max_length=80, db_index=False)  # the constraint has an index
    stream = models.ForeignKey(Stream, models.CASCADE)  # of the row that it leads to, and goes with

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "slug"], name="one_row_per_old_slug")]

    def __str__(self) -> str:
        return f"{self.slug} → {self.stream_id}"


class Submission(models.Model):
    """A form that was sent, by its token; sent again, it leads to what it `made`. Kept until pruned."""

    key = models.CharField(max_length=64, primary_key=True)
    made = models.CharField(max_length=80)  # the primary key of a row
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.made} at {self.at}"


class VersionField(models.BigIntegerField):
    """The version of a row's last change in one stream; null as long as it was never shown there.

    `stream` names the stream, with the column that tells which: `"chat.{room_id}"`, `"liveblog.{pk}"` for the row's
    own stream, `"liveblogs"` for one that all rows share.
    """

    def __init__(self, stream: str, **kwargs: Any) -> None:
        self.stream = stream
        self.kind, _, column = stream.partition(".")
        self.source = column.strip("{}")  # the attribute that completes the name; "" when the stream is shared
        super().__init__(**{"null": True, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.stream, *args], kwargs

    def stream_of(self, value: Any) -> str:
        """The stream's name for a value of the source column."""
        return f"{self.kind}.{value}" if self.source else self.kind

    @property
    def source_field(self) -> models.Field | None:
        """The field that tells a row's stream; None when all share one."""
        if self.source == "pk":
            return self.model._meta.pk
        return self.model._meta.get_field(self.source) if self.source else None  # type: ignore[return-value]

    def rows_of(self, stream: str) -> dict[str, str]:
        """The filter for the rows of one stream."""
        return {self.source: stream.partition(".")[2]} if self.source else {}


class Item(models.Model):
    """A row that readers see, in one stream or several, for life."""

    #: The field values under which readers see the row; otherwise it is removed from their pages.
    shown_when: dict[str, Any] = {}

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # by which related managers and SET_NULL write

    def save(self, **kwargs: Any) -> None:
        save_item(self, super().save, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        from .statements import statement

        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        with statement(self.streams()):
            return delete_with_streams(rows, lambda: super(Item, self).delete(*args, **kwargs))

    @property
    def item_id(self) -> str:
        return f"{self._meta.model_name}-{self.pk}"

    @property
    def is_shown(self) -> bool:
        return all(getattr(self, name) == value for name, value in self.shown_when.items())

    @property
    def ends_stream(self) -> bool:
        """Whether its own stream has ended: readers are sent home once they have everything."""
        return False

    def streams(self) -> set[str]:
        """The names of the streams it travels in, as far as they are known before it has a primary key."""
        values = [(field, getattr(self, field.source) if field.source else "") for field in version_fields(type(self))]
        return {field.stream_of(value) for field, value in values if value is not None}

    def as_item(self, kind: str) -> dict[str, Any]:
        """`position`, `html` and `data` for the streams of a kind: from this row alone, the same for every reader."""
        raise NotImplementedError(f"{type(self).__name__} needs as_item(kind)")


@cache
def version_fields(model: type[models.Model]) -> list[VersionField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, VersionField)]


@cache
def members(kind: str) -> list[tuple[type[Item], VersionField]]:
    """The models whose rows travel in the streams of a kind, each with its version field there."""
    fields = [(model, field) for model in apps.get_models() for field in version_fields(model)]
    return [(model, field) for model, field in fields if field.kind == kind and issubclass(model, Item)]


def create_shared_streams(**kwargs: Any) -> None:
    """After migrate: streams without a row of their own exist before their first reader."""
    fields = [field for model in apps.get_models() for field in version_fields(model)]
    Stream.create_missing({field.kind for field in fields if not field.source})


def _bury(sender: type[models.Model], instance: Item, origin: Any, **kwargs: Any) -> None:
    """Before a delete of any kind, cascades included: leave a tombstone."""
    from .statements import statement

    with statement(instance.streams(), origin) as versions:
        for field in version_fields(sender):
            # A version that is missing here may have come since the instance was loaded: ask again.
            seen = getattr(instance, field.attname) or _stored_version(instance, field)
            if seen and field.source != "pk":
                versions.bury(field.stream_of(field.source and getattr(instance, field.source)), instance.item_id)


def _stored_version(instance: Item, field: VersionField) -> int | None:
    return type(instance)._base_manager.filter(pk=instance.pk).values_list(field.name, flat=True).first()


def _end_own_stream(sender: type[models.Model], instance: Item, origin: Any, **kwargs: Any) -> None:
    if own := [field for field in version_fields(sender) if field.source == "pk"]:
        from .statements import statement

        with statement((), origin) as versions:
            for field in own:
                versions.end(field.stream_of(instance.pk))


def _follow_deletes(sender: type[models.Model], **kwargs: Any) -> None:
    """Of items alone: what has listeners, Django deletes row by row."""
    if issubclass(sender, Item):
        pre_delete.connect(_bury, sender)
        post_delete.connect(_end_own_stream, sender)


class_prepared.connect(_follow_deletes)
