"""Entries of live blogs: what editors post, and readers see as soon as it is published."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce, Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from realtime.streams import Item, ItemQuerySet, Shape, VersionField, position, statement
from realtime.text import TextField, validate_visible

from ..images import PictureField, discard, place
from ..markdown import MAX_BODY, to_html, to_text, validate_shows
from .liveblogs import LiveBlog, becomes, fill

#: What readers call an update when it changes.
CONTENT = ("headline", "body", "image", "image_alt", "image_credit", "correction")


class EntryQuerySet(ItemQuerySet):
    def published(self) -> EntryQuerySet:
        return self.filter(state=Entry.State.PUBLISHED)

    def due(self) -> EntryQuerySet:
        """Those that are scheduled for now, or were for a time when no server ran."""
        return self.filter(state=Entry.State.SCHEDULED, publish_at__lte=Now())

    def when_due(self) -> int:
        return self.publish()

    def publish(self) -> int:
        """Publish what is not; what was published before returns to its old place."""
        return self.exclude(state=Entry.State.PUBLISHED).update(state=Entry.State.PUBLISHED)

    def update(self, **kwargs: Any) -> int:
        with statement(self._streams()):
            if "state" in kwargs:
                kwargs.setdefault("published_at", self._first_published_at(kwargs))
            if content := kwargs.keys() & set(CONTENT):
                changed = reduce(or_, (~Q(**{name: kwargs[name]}) for name in content), Q())
                updated = Case(When(changed & ~Q(version=None), then=timezone.now()), default=F("updated_at"))
                kwargs.setdefault("updated_at", updated)
            if "image" in kwargs:
                if not kwargs["image"]:
                    kwargs |= {"image_width": None, "image_height": None}
                elif not {"image_width", "image_height"} <= kwargs.keys():
                    raise ValueError("A picture is stored by save(). update() sets its name with its width and height.")
                discard(self)
            return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        names = set(fields)
        if "image" in names:
            names |= {"image_width", "image_height"}  # which an entry has by its picture
        return super().bulk_update(objs, names, *args, **kwargs)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def before_delete(self) -> None:
        discard(self)

    def _first_published_at(self, values: dict[str, Any]) -> Case:
        """The time of what these publish for the first time, or schedule. Its stream is locked."""
        published = becomes(values["state"], Entry.State.PUBLISHED)
        unseen = Q(version=None) | (~Q(state=Entry.State.PUBLISHED) & Q(published_at__gt=timezone.now()))
        liveblogs = self.order_by().filter(unseen).values_list("liveblog", flat=True).distinct()
        times = [When(published & unseen, liveblog=pk, then=Entry.next_moment(pk)) for pk in liveblogs]
        planned = Coalesce(values.get("publish_at", F("publish_at")), "published_at")
        times.append(When(becomes(values["state"], Entry.State.SCHEDULED), version=None, then=planned))
        return Case(*times, default=F("published_at"))


class Entry(Item):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SCHEDULED = "scheduled", _("Scheduled")
        PUBLISHED = "published", _("Published")
        RETRACTED = "retracted", _("Retracted")

    shown_when = {"state": State.PUBLISHED}

    liveblog = models.ForeignKey(LiveBlog, models.CASCADE, related_name="entries", verbose_name=_("live blog"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    headline = models.CharField(_("headline"), max_length=200, blank=True, validators=[validate_visible])
    body = TextField(
        _("body"), blank=True, help_text=_("Markdown"), validators=[MaxLengthValidator(MAX_BODY), validate_shows]
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    byline = models.CharField(
        _("byline"),
        max_length=150,
        blank=True,
        help_text=_("Empty: the author's public name"),
        validators=[validate_visible],
    )
    image = PictureField(
        _("image"), upload_to=place, blank=True, width_field="image_width", height_field="image_height"
    )
    image_width = models.PositiveIntegerField(null=True, editable=False)
    image_height = models.PositiveIntegerField(null=True, editable=False)
    image_alt = models.CharField(_("alt text"), max_length=300, blank=True, validators=[validate_visible])
    image_credit = models.CharField(_("credit"), max_length=150, blank=True, validators=[validate_visible])
    key_event = models.BooleanField(_("key event"), default=False)
    pinned = models.BooleanField(_("pinned"), default=False)
    correction = models.CharField(
        _("correction"), max_length=300, blank=True, help_text=_("What was wrong: readers see this note"),
        validators=[validate_visible],
    )  # fmt: skip
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True, help_text=_("Of what is scheduled"))
    published_at = models.DateTimeField(_("published at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), null=True, editable=False)
    version = VersionField("liveblog.{liveblog_id}")
    desk_version = VersionField("desk.{liveblog_id}", shown_when={})

    item_template = "liveblog/_entry.html"
    item_data = (
        "headline", "body", "byline", "key_event", "pinned", "correction", "published_at", "updated_at",
        ("url", "get_absolute_url"), ("image", "picture"),
    )  # fmt: skip

    history_fields = ("headline", "body", "image_alt", "image_credit", "byline", "correction", "state")
    quiet = False  # a fix that leaves no mark: what readers see is not said to be updated

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-pinned", "-published_at", "-pk"]
        indexes = [
            models.Index(fields=["liveblog", "version"], name="entry_by_version"),
            models.Index(fields=["liveblog", "desk_version"], name="entry_by_desk_version"),
            models.Index(fields=["publish_at"], name="entry_by_schedule", condition=Q(state="scheduled")),
            models.Index(fields=["image"], name="entry_by_image"),
            models.Index(fields=["liveblog", "state", "pinned", "published_at", "id"], name="entry_by_position"),
        ]

    def __str__(self) -> str:
        return self.headline or to_text(self.body[:1000])[:60]  # one line, for lists and logs

    def save(self, **kwargs: Any) -> None:
        with statement(self.streams()):
            before = Entry.objects.filter(pk=self.pk).first() if self.pk else None
            if self.is_shown and not (before and before.was_seen_by(timezone.now())):
                fill(self, kwargs, published_at=self.next_moment(self.liveblog_id))
            elif self.state == self.State.SCHEDULED and self.publish_at and not (before and before.version):
                fill(self, kwargs, published_at=self.publish_at)  # which is its place at the desk
            if before and before.version and not self.quiet and self._updates(before, kwargs.get("update_fields")):
                fill(self, kwargs, updated_at=timezone.now())
            if not self.byline and self.author:
                fill(self, kwargs, byline=self.author.get_public_name())
            if "image" in (kwargs.get("update_fields") or ()):
                fill(self, kwargs, image_width=self.image_width, image_height=self.image_height)
            if before and before.image != self.image:
                discard(Entry.objects.filter(pk=self.pk))
            super().save(**kwargs)

    def was_seen_by(self, now: datetime) -> bool:
        """Whether it has a time at which readers saw it: not one that it was scheduled for, and which is to come."""
        return bool(self.version) and (self.is_shown or self.published_at <= now)

    def _updates(self, before: Entry, written: Collection[str] | None) -> bool:
        """Whether readers find it changed, and when is not said already."""
        names = CONTENT if written is None else set(CONTENT) & set(written)
        return self.updated_at == before.updated_at and any(getattr(self, n) != getattr(before, n) for n in names)

    @staticmethod
    def next_moment(liveblog: Any) -> datetime:
        """Now; or after the live blog's latest entry, where another machine's clock is ahead. Its stream is locked."""
        later = Entry.objects.published().filter(liveblog=liveblog, pinned__in=[False, True])  # both have their index
        latest = later.filter(published_at__gte=(now := timezone.now())).aggregate(at=Max("published_at"))["at"]
        return latest + timedelta(microseconds=1) if latest else now

    def clean(self) -> None:
        if not (self.headline or self.body or self.image):
            raise ValidationError(_("An entry needs a headline, some text or a picture."))
        if self.state == self.State.SCHEDULED and not self.publish_at:
            raise ValidationError({"publish_at": _("Say when it is to be published.")})
        if self.image and not self.image_alt:
            raise ValidationError({"image_alt": _("Say what the image shows, for readers who can't see it.")})

    def get_absolute_url(self) -> str:
        return reverse("liveblog:entry", args=[self.pk])

    def as_item(self, kind: str) -> Shape:
        """As readers see it, or with what editors can do about it."""
        return self.shaped("liveblog/desk/_entry.html", self.position) if kind == "desk" else super().as_item(kind)

    @property
    def position(self) -> str:
        return position(self.published_at, self.pk, first=self.pinned)

    @property
    def body_html(self) -> str:
        return to_html(self.body)

    @property
    def picture(self) -> dict[str, Any] | None:
        if not self.image:
            return None
        size = {"width": self.image_width, "height": self.image_height}
        return {"url": self.image.url, **size, "alt": self.image_alt, "credit": self.image_credit}
