"""Live blogs and their entries: both are items, so that every change of them reaches the readers."""

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
from django.db.models import Case, F, Max, Q, Value, When
from django.db.models.functions import Coalesce, Least
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from realtime.streams import Item, ItemQuerySet, Shape, Slugged, SluggedQuerySet, VersionField, position, statement
from realtime.text import TextField, validate_visible

from .images import PictureField, discard, place
from .markdown import MAX_BODY, to_html, validate_shows

CONTENT = ("headline", "body", "image", "image_alt", "image_credit")  # what readers call an update when it changes


def fill(row: models.Model, arguments: dict[str, Any], **values: Any) -> None:
    """Set fields on the way into save(), whether or not its `update_fields` name them."""
    for name, value in values.items():
        setattr(row, name, value)
    if arguments.get("update_fields") is not None:
        arguments["update_fields"] = {*arguments["update_fields"], *values}


def becomes(value: Any, wanted: str) -> Q:
    """Whether an update sets this value, which may be an expression, to the one wanted."""
    return Q(Exact(value if hasattr(value, "resolve_expression") else Value(value), wanted))


class LiveBlogQuerySet(SluggedQuerySet):
    def update(self, **kwargs: Any) -> int:
        """What save() does about the end, for many."""
        if "state" in kwargs:
            ends, ended_at = becomes(kwargs["state"], LiveBlog.State.ENDED), Coalesce("ended_at", timezone.now())
            reopened = When(state=LiveBlog.State.ENDED, then=None)
            kwargs.setdefault("ended_at", Case(When(ends, then=ended_at), reopened, default=F("ended_at")))
            starts_at = Case(When(ends, then=Least("starts_at", ended_at)), default=F("starts_at"))
            kwargs.setdefault("starts_at", starts_at)
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]


class LiveBlog(Slugged):
    reserved_slugs = {"changes"}

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("Upcoming")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")

    title = models.CharField(_("title"), max_length=200, validators=[validate_visible])
    summary = TextField(_("summary"), blank=True, validators=[validate_visible])
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    starts_at = models.DateTimeField(_("starts at"), default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    version = VersionField("liveblog.{pk}")
    index_version = VersionField("liveblogs", db_index=True)

    item_template = "liveblog/_liveblog.html"
    item_data = ("title", "summary", "state", "starts_at", "ended_at", ("url", "get_absolute_url"))

    objects = LiveBlogQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("live blog")
        verbose_name_plural = _("live blogs")
        ordering = ["-starts_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, **kwargs: Any) -> None:
        if self.state == self.State.ENDED:
            ended_at = self.ended_at or timezone.now()
            fill(self, kwargs, ended_at=ended_at, starts_at=min(self.starts_at, ended_at))  # it may be called off
        elif LiveBlog.objects.filter(pk=self.pk, state=self.State.ENDED).exists():
            fill(self, kwargs, ended_at=None)
        super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        if self.state == self.State.ENDED and self.ended_at and self.starts_at and self.ended_at < self.starts_at:
            raise ValidationError({"ended_at": _("It can't end before it starts.")})

    def get_absolute_url(self) -> str:
        return reverse("liveblog:liveblog", args=[self.slug])

    @property
    def ends_stream(self) -> bool:
        return self.state == self.State.ENDED

    @property
    def index_position(self) -> str:
        return position(self.starts_at, self.pk)

    def as_item(self, kind: str) -> Shape:
        """As the head of its own page, or as a card in the list of all."""
        return self.shaped("liveblog/_card.html", self.index_position) if kind == "liveblogs" else super().as_item(kind)


class EntryQuerySet(ItemQuerySet):
    def published(self) -> EntryQuerySet:
        return self.filter(state=Entry.State.PUBLISHED)

    def publish(self) -> int:
        """Publish what is not; what was published before returns to its old place."""
        return self.exclude(state=Entry.State.PUBLISHED).update(state=Entry.State.PUBLISHED)

    def update(self, **kwargs: Any) -> int:
        with statement(self._streams()):
            if "state" in kwargs:
                kwargs.setdefault("published_at", self._first_published_at(kwargs["state"]))
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

    def _first_published_at(self, state: Any) -> Case:
        """The time of what this state publishes for the first time. Its stream is locked."""
        published = becomes(state, Entry.State.PUBLISHED)
        liveblogs = self.order_by().filter(version=None).values_list("liveblog", flat=True).distinct()
        times = [When(published, liveblog=pk, version=None, then=Entry.next_moment(pk)) for pk in liveblogs]
        return Case(*times, default=F("published_at"))


class Entry(Item):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETRACTED = "retracted", _("Retracted")

    shown_when = {"state": State.PUBLISHED}

    liveblog = models.ForeignKey(LiveBlog, models.CASCADE, related_name="entries", verbose_name=_("live blog"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    headline = models.CharField(_("headline"), max_length=200, blank=True, validators=[validate_visible])
    body = TextField(_("body"), help_text=_("Markdown"), validators=[MaxLengthValidator(MAX_BODY), validate_shows])
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
    published_at = models.DateTimeField(_("published at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), null=True, editable=False)
    version = VersionField("liveblog.{liveblog_id}")

    item_template = "liveblog/_entry.html"
    item_data = (
        "headline", "body", "byline", "key_event", "pinned", "published_at", "updated_at", ("url", "get_absolute_url"),
        ("image", "picture"),
    )  # fmt: skip

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-pinned", "-published_at", "-pk"]
        indexes = [
            models.Index(fields=["liveblog", "version"], name="entry_by_version"),
            models.Index(fields=["image"], name="entry_by_image"),
            models.Index(fields=["liveblog", "state", "pinned", "published_at", "id"], name="entry_by_position"),
        ]

    def __str__(self) -> str:
        return self.headline or " ".join(self.body.split())[:60]  # one line, for lists and logs

    def save(self, **kwargs: Any) -> None:
        with statement(self.streams()):
            before = Entry.objects.filter(pk=self.pk).first() if self.pk else None
            if self.is_shown and not (before and before.version):
                fill(self, kwargs, published_at=self.next_moment(self.liveblog_id))
            if before and before.version and self._updates(before, kwargs.get("update_fields")):
                fill(self, kwargs, updated_at=timezone.now())
            if not self.byline and self.author:
                fill(self, kwargs, byline=self.author.get_public_name())
            if "image" in (kwargs.get("update_fields") or ()):
                fill(self, kwargs, image_width=self.image_width, image_height=self.image_height)
            if before and before.image != self.image:
                discard(Entry.objects.filter(pk=self.pk))
            super().save(**kwargs)

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
        if self.image and not self.image_alt:
            raise ValidationError({"image_alt": _("Say what the image shows, for readers who can't see it.")})

    def get_absolute_url(self) -> str:
        return reverse("liveblog:entry", args=[self.pk])

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
