"""The field by which a model joins a stream, and which models have joined which."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from .names import name_parts, stream_name


class VersionField(models.BigIntegerField):
    """The version of a row's last change in one stream; null as long as it was never shown there.

    `stream` names the stream, with the column that tells which: `"chat.{room_id}"`, `"liveblog.{pk}"` for the row's
    own stream, `"liveblogs"` for one that all rows share. A row that travels in two may be shown in each under other
    conditions: `shown_when` stands in for the model's, and `{}` shows every row.
    """

    def __init__(self, stream: str, shown_when: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self.stream = stream
        self._shown_when = shown_when
        self.kind, column = name_parts(stream)
        self.source = column.strip("{}")  # the attribute that completes the name; "" when the stream is shared
        super().__init__(**{"null": True, "editable": False, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "realtime.streams.VersionField", [self.stream, *args], kwargs

    @property
    def shown_when(self) -> dict[str, Any]:
        """The field values under which this stream's readers see a row."""
        return getattr(self.model, "shown_when", {}) if self._shown_when is None else self._shown_when

    def shows(self, row: models.Model) -> bool:
        """Whether this stream's readers see a row."""
        return all(getattr(row, name) == value for name, value in self.shown_when.items())

    @property
    def is_own(self) -> bool:
        """Whether each row has a stream of its own by it."""
        return self.source == "pk"

    def stream_at(self, value: object) -> str:
        """The stream's name for a value of the source column."""
        return stream_name(self.kind, value if self.source else "")

    def stream_for(self, row: models.Model) -> str:
        """The stream's name for a row."""
        return self.stream_at(getattr(row, self.source) if self.source else "")

    @property
    def source_field(self) -> models.Field[Any, Any] | None:
        """The field that tells a row's stream; None when all share one."""
        if self.is_own:
            return self.model._meta.pk
        return self.model._meta.get_field(self.source) if self.source else None  # type: ignore[return-value]

    def rows_of(self, stream: str) -> dict[str, str]:
        """The filter for the rows of one stream."""
        return {self.source: name_parts(stream).key} if self.source else {}


@cache
def version_fields(model: type[models.Model]) -> list[VersionField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, VersionField)]


@cache
def members(kind: str) -> list[tuple[type[Any], VersionField]]:
    """The models whose rows travel in the streams of a kind, each with its version field there."""
    fields = [(model, field) for model in apps.get_models() for field in version_fields(model)]
    return [(model, field) for model, field in fields if field.kind == kind]


def own_stream(model: type[models.Model]) -> VersionField:
    """The field of the stream that each row of this model owns."""
    return next(field for field in version_fields(model) if field.is_own)


def is_owned(stream: str) -> bool:
    """Whether a stream belongs to a row, and ends with it."""
    return any(field.is_own for _, field in members(name_parts(stream).kind))
