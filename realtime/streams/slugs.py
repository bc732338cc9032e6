"""Rows with an address of their own: a slug that is corrected redirects, and keeps its readers.

A model names its stream, with which its old slugs go, and what stands in a slug's place in other addresses:

    class LiveBlog(Slugged):
        reserved_slugs = {"changes"}
        version = VersionField("liveblog.{pk}")
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from realtime.models import OldSlug

from .fields import own_stream
from .items import Item
from .names import name_parts
from .querysets import ItemQuerySet
from .statements import statement


class SluggedQuerySet(ItemQuerySet):
    def by_slug(self, slug: str) -> Any:
        """The row of a slug, or of one that it used to have; None if there is none."""
        if row := self.filter(slug=slug).first():
            return row
        old = OldSlug.objects.filter(kind=own_stream(self.model).kind, slug=slug).first()
        return self.filter(pk=name_parts(old.stream_id).key).first() if old else None


class Slugged(Item):
    """An item with a stream of its own, found by its slug. What `update()` does to a slug leaves no redirect."""

    #: What a form refuses as a slug.
    reserved_slugs: set[str] = set()

    slug = models.SlugField(_("slug"), max_length=80, unique=True)

    objects = SluggedQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Item.Meta):
        abstract = True

    def save(self, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        with statement(self.streams()):  # there is no moment without the old slug
            before = type(self)._base_manager.filter(pk=self.pk).values_list("slug", flat=True).first()
            super().save(**kwargs)
            if (fields is None or "slug" in fields) and self.slug != before:
                self._keep(before)

    def _keep(self, old: str | None) -> None:
        """Lead an old slug here; one that this row takes leads to nobody else any more."""
        kind = own_stream(type(self)).kind
        OldSlug.objects.filter(kind=kind, slug=self.slug).delete()
        if old:
            OldSlug.objects.update_or_create(kind=kind, slug=old, defaults={"stream_id": self.stream})

    def clean(self) -> None:
        super().clean()
        if self.slug in self.reserved_slugs:
            raise ValidationError({"slug": _("This is the address of something else.")})


def stream_of_slug(model: type[Slugged], slug: str) -> str | None:
    """The stream of a slug, also of an old one: it does not change, so that the answer may be some seconds old."""
    row = model.objects.by_slug(slug)
    return row.stream if row else None
