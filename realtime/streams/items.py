"""Items: the rows that readers see.

A model that is one joins its streams by its version fields, and says how it is shown there:

    class Entry(Item):
        liveblog = models.ForeignKey(LiveBlog, models.CASCADE)
        version = VersionField("liveblog.{liveblog_id}")

        item_template = "liveblog/_entry.html"
        item_data = ("headline", "body")
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypedDict

from django.apps import apps
from django.db import models
from django.db.models.signals import class_prepared, post_delete, pre_delete
from django.template.loader import render_to_string

from .fields import VersionField, own_stream, version_fields
from .history import item_id, recording
from .querysets import ItemQuerySet, delete_with_streams, stamp
from .statements import create_streams, statement


class Shape(TypedDict):
    """What readers get of an item, beside its id and version."""

    position: str | None  # among the others, as text; None for what stands in no list
    html: str  # one element, with `id`, `data-version` and `data-position`
    data: dict[str, Any]


class Item(models.Model):
    """A row that readers see, in one stream or several, for life."""

    #: The field values under which readers see the row; otherwise it is removed from their pages. A version field may
    #: say otherwise for its stream.
    shown_when: dict[str, Any] = {}
    #: What renders the row, under its model's name and as `item`; "" for an item that has no HTML.
    item_template = ""
    #: Its `data`: attributes or methods of the row, each by its own name, or as a pair with the name that it has there.
    item_data: Iterable[str | tuple[str, str]] = ()

    #: The fields of which the old values are kept (history.py).
    history_fields: tuple[str, ...] = ()

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"  # by which related managers and SET_NULL write

    def save(self, **kwargs: Any) -> None:
        fields = version_fields(type(self))
        with statement(self.streams()) as versions:
            known = self._stored()
            for field in fields:
                stored = known and known[field.attname]
                changed = is_known(self, field) and (field.shows(self) or stored is not None)
                setattr(self, field.attname, versions.next(field.stream_for(self)) if changed else stored)
            with recording(type(self), written := [self.pk] if known else [], kwargs.get("update_fields")):
                self._write(fields, **kwargs)
                written[:] = [self.pk]
            if new := [field for field in fields if field.is_own and getattr(self, field.attname) is None]:
                versions.create({field.stream_for(self) for field in new})
                stamp(type(self), [self.pk], versions, [self], new)

    def _stored(self) -> dict[str, Any] | None:
        """The stored versions, None for a row that is new; ValueError for one that would leave its stream."""
        fields = version_fields(type(self))
        sources = {field.source for field in fields if field.source and not field.is_own}
        names = [field.attname for field in fields]
        known = type(self)._base_manager.filter(pk=self.pk).values(*names, *sources).first() if self.pk else None
        for source in sources if known else ():
            if known and known[source] != getattr(self, source):
                raise ValueError(f"{self.item_id} stays in its stream for life: {source} can't change.")
        return known

    def _write(
        self, fields: Iterable[VersionField], update_fields: Collection[str] | None = None, **kwargs: Any
    ) -> None:
        if update_fields is not None:
            update_fields = {*update_fields, *(field.attname for field in fields)}
        super().save(update_fields=update_fields, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        with statement(self.streams()):
            return delete_with_streams(rows, lambda: super(Item, self).delete(*args, **kwargs))

    @property
    def item_id(self) -> str:
        return item_id(type(self), self.pk)

    @property
    def is_shown(self) -> bool:
        return all(getattr(self, name) == value for name, value in self.shown_when.items())

    @property
    def ends_stream(self) -> bool:
        """Whether its own stream has ended: readers are sent home once they have everything."""
        return False

    @property
    def stream(self) -> str:
        """The name of its own stream."""
        return self.stream_of(self.pk)

    @classmethod
    def stream_of(cls, pk: object) -> str:
        """The name of the own stream of the row with this primary key."""
        return own_stream(cls).stream_at(pk)

    def streams(self) -> set[str]:
        """The names of the streams it travels in, as far as they are known before it has a primary key."""
        return {field.stream_for(self) for field in version_fields(type(self)) if is_known(self, field)}

    @property
    def position(self) -> str | None:
        """Where it stands among the others: the smallest text first, or last, as the page says."""
        return None

    def as_item(self, kind: str) -> Shape:
        """For the streams of a kind: from this row alone, the same for every reader."""
        return self.shaped(self.item_template, self.position)

    def shaped(self, template: str, position: str | None) -> Shape:
        """Its data, with the HTML of a template; for an item that looks different in another kind of stream."""
        context = {str(self._meta.model_name): self, "item": self}
        data = {}
        for each in self.item_data:
            name, attribute = (each, each) if isinstance(each, str) else each
            value = getattr(self, attribute)
            data[name] = value() if callable(value) else value
        return {"position": position, "html": render_to_string(template, context) if template else "", "data": data}


def is_known(row: Item, field: VersionField) -> bool:
    """Whether a row's stream is: not that of a row which has no primary key yet."""
    return not field.source or getattr(row, field.source) is not None


def create_shared_streams(**kwargs: Any) -> None:
    """After migrate: streams without a row of their own exist before their first reader."""
    fields = [field for model in apps.get_models() for field in version_fields(model)]
    create_streams({field.kind for field in fields if not field.source})


def _bury(sender: type[models.Model], instance: Item, origin: Any, **kwargs: Any) -> None:
    """Before a delete of any kind, cascades included: leave a tombstone."""
    with statement(instance.streams(), origin) as versions:
        for field in version_fields(sender):
            # A version that is missing here may have come since the instance was loaded: ask again.
            seen = getattr(instance, field.attname) or _stored_version(instance, field)
            if seen and not field.is_own:
                versions.bury(field.stream_for(instance), instance.item_id)


def _stored_version(instance: Item, field: VersionField) -> int | None:
    return type(instance)._base_manager.filter(pk=instance.pk).values_list(field.name, flat=True).first()


def _end_own_stream(sender: type[models.Model], instance: Item, origin: Any, **kwargs: Any) -> None:
    if own := [field for field in version_fields(sender) if field.is_own]:
        with statement((), origin) as versions:
            for field in own:
                versions.end(field.stream_for(instance))


def _follow_deletes(sender: type[models.Model], **kwargs: Any) -> None:
    """Of items alone: what has listeners, Django deletes row by row."""
    if issubclass(sender, Item):
        pre_delete.connect(_bury, sender)
        post_delete.connect(_end_own_stream, sender)


class_prepared.connect(_follow_deletes)
