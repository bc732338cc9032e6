"""Live blogs: the rows whose own streams the entries travel in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, F, Max, Q, Value, When
from django.db.models.functions import Coalesce, Least, Now
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from realtime.streams import Shape, Slugged, SluggedQuerySet, VersionField, statement
from realtime.text import TextField, validate_visible

from .groups import group_of


def fill(row: models.Model, arguments: dict[str, Any], **values: Any) -> None:
    """Set fields on the way into save(), whether or not its `update_fields` name them."""
    for name, value in values.items():
        setattr(row, name, value)
    if arguments.get("update_fields") is not None:
        arguments["update_fields"] = {*arguments["update_fields"], *values}


def becomes(value: Any, wanted: str) -> Q:
    """Whether an update sets this value, which may be an expression, to the one wanted."""
    return Q(Exact(value if hasattr(value, "resolve_expression") else Value(value), wanted))


IDLE = [
    (timedelta(hours=1), _("after an hour")),
    *((timedelta(hours=hours), _("after %(hours)d hours") % {"hours": hours}) for hours in (2, 3, 6, 12, 24)),
]


class LiveBlogQuerySet(SluggedQuerySet):
    def due(self) -> LiveBlogQuerySet:
        """Those that may have been idle for so long that they end."""
        return self.filter(state=LiveBlog.State.LIVE, ends_at__lte=Now())

    def when_due(self) -> int:
        """End those of them to which nobody has posted meanwhile, and put off the others."""
        ended = 0
        for pk in list(self.order_by().values_list("pk", flat=True)):
            with statement({LiveBlog.stream_of(pk)}):
                latest = Max("entries__published_at", filter=Q(entries__state="published"))
                found = self.filter(pk=pk).annotate(now=Now(), latest=latest)
                for now, last_post, ends_after in found.values_list("now", "latest", "ends_after"):
                    ends_at = last_post and last_post + ends_after
                    if ends_at and ends_at > now:
                        models.QuerySet(LiveBlog).filter(pk=pk).update(ends_at=ends_at)  # readers see nothing of it
                    else:
                        ended += self.filter(pk=pk).update(state=LiveBlog.State.ENDED)
        return ended

    def update(self, **kwargs: Any) -> int:
        """What save() does about the end, for many."""
        if "state" in kwargs:
            ends, ended_at = becomes(kwargs["state"], LiveBlog.State.ENDED), Coalesce("ended_at", timezone.now())
            reopened = When(state=LiveBlog.State.ENDED, then=None)
            kwargs.setdefault("ended_at", Case(When(ends, then=ended_at), reopened, default=F("ended_at")))
            starts_at = Case(When(ends, then=Least("starts_at", ended_at)), default=F("starts_at"))
            kwargs.setdefault("starts_at", starts_at)
        if kwargs.keys() & {"state", "ends_after"}:
            live = becomes(kwargs.get("state", F("state")), LiveBlog.State.LIVE)
            ends_at = Value(timezone.now(), models.DateTimeField()) + kwargs.get("ends_after", F("ends_after"))
            kwargs.setdefault("ends_at", Case(When(live, then=ends_at), default=None))
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]


class LiveBlog(Slugged):
    reserved_slugs = {"changes", "oembed"}

    class State(models.TextChoices):
        UPCOMING = "upcoming", _("Upcoming")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")

    title = models.CharField(_("title"), max_length=200, validators=[validate_visible])
    summary = TextField(_("summary"), blank=True, validators=[MaxLengthValidator(5_000), validate_visible])
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.LIVE)
    starts_at = models.DateTimeField(_("starts at"), default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ends_after = models.DurationField(
        _("ends by itself"),
        null=True,
        blank=True,
        choices=IDLE,
        help_text=_("When nothing has been posted for so long."),
    )
    ends_at = models.DateTimeField(null=True, editable=False, db_index=True)  # unless something is posted until then
    version = VersionField("liveblog.{pk}")
    index_version = VersionField("liveblogs", db_index=True)
    desk_version = VersionField("desk.{pk}")

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
        before = LiveBlog.objects.filter(pk=self.pk).first() if self.pk else None
        if self.state == self.State.ENDED:
            ended_at = self.ended_at or timezone.now()
            fill(self, kwargs, ended_at=ended_at, starts_at=min(self.starts_at, ended_at))  # it may be called off
        elif before and before.state == self.State.ENDED:
            fill(self, kwargs, ended_at=None)
        if (self.state, self.ends_after) != (before and (before.state, before.ends_after)):
            goes_on = self.state == self.State.LIVE and self.ends_after
            fill(self, kwargs, ends_at=max(timezone.now(), self.starts_at) + goes_on if goes_on else None)
        super().save(**kwargs)

    def clean(self) -> None:
        super().clean()
        if self.state == self.State.ENDED and self.ended_at and self.starts_at and self.ended_at < self.starts_at:
            raise ValidationError({"ended_at": _("It can't end before it starts.")})

    def get_absolute_url(self) -> str:
        return reverse("liveblog:liveblog", args=[self.slug])

    @property
    def doubt(self) -> str:
        """What to ask somebody who posts here, where few will see it."""
        doubts = {
            self.State.UPCOMING: _("“%(title)s” has not begun: is this the right live blog?"),
            self.State.ENDED: _("“%(title)s” has ended: is this the right live blog?"),
        }
        return str(doubts.get(self.State(self.state), "")) % {"title": self.title}

    @property
    def ends_stream(self) -> bool:
        return self.state == self.State.ENDED

    @property
    def index_position(self) -> str:
        return group_of(self.state).position(self.starts_at, self.pk)

    def as_item(self, kind: str) -> Shape:
        """As the head of its own page, as a card in the list of all, or with what editors do about it."""
        if kind == "liveblogs":
            return self.shaped("liveblog/_card.html", self.index_position)
        return self.shaped("liveblog/desk/_liveblog.html", None) if kind == "desk" else super().as_item(kind)
