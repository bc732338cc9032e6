"""Rooms, and what people may do in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from realtime.streams import Slugged, SluggedQuerySet, VersionField, statement
from realtime.text import CharField, validate_visible

from ..text import folded, variants
from .people import Marker, Membership, Mention, lock_streams_of

HIDING = {"banned", "not_found"}  # hindrances with which one can't even read


class Rights(NamedTuple):
    """What a person may do in a room; `hindrance` is the error code that says why they can't write, "" if they can."""

    read: bool
    hindrance: str
    moderate: bool = False


class RoomQuerySet(SluggedQuerySet):
    def readable_by(self, person: Person) -> RoomQuerySet:
        """The rooms that `rights_of` lets a person read; None for nobody."""
        public = Q(access=Room.Access.PUBLIC)
        if person is None:
            return self.filter(public)
        theirs = Membership.objects.filter(user=person)
        joined, banned = (theirs.filter(banned=banned).values("room") for banned in (False, True))
        return self.filter(public | Q(pk__in=joined)).exclude(pk__in=banned)

    def before_delete(self) -> None:
        """What people have in these rooms goes with them, from their own streams."""
        rows = [model.objects.filter(room__in=self.order_by()) for model in (Membership, Marker, Mention)]
        lock_streams_of(pk for theirs in rows for pk in theirs.order_by().values_list("user", flat=True).distinct())


class Room(Slugged):
    reserved_slugs = {"new", "search", "user"}

    class Access(models.TextChoices):
        PUBLIC = "public", _("Public: anyone reads, members write")
        PRIVATE = "private", _("Private: members only")

    name = models.CharField(_("name"), max_length=80, validators=[validate_visible])
    topic = CharField(_("topic"), max_length=200, blank=True, validators=[validate_visible])
    access = models.CharField(_("access"), max_length=10, choices=Access.choices, default=Access.PUBLIC)
    closed = models.BooleanField(_("closed"), default=False, help_text=_("Can be read, and nobody writes."))
    slow_seconds = models.PositiveSmallIntegerField(
        _("seconds between one person's messages"), default=0, help_text=_("0: as fast as they like.")
    )
    about = models.CharField(
        _("discussion of"),
        max_length=80,
        unique=True,
        null=True,
        blank=True,
        help_text=_("The stream that it stands beside, such as liveblog.7."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    version = VersionField("chat.{pk}")

    item_template = "chat/_room.html"  # the head of its own page
    item_data = ("name", "topic", "access", "closed", "slow_seconds", ("url", "get_absolute_url"))

    objects = RoomQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name", "pk"]
        permissions = [("moderate_room", "Can moderate every room that they can read")]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.about = self.about or None  # unique, and most rooms are about no stream
        of_now = {"room_name": self.name, "room_slug": self.slug}
        with statement(self.streams()):
            of_before = Membership.objects.filter(room=self.pk).exclude(**of_now)
            lock_streams_of(of_before.values_list("user", flat=True))  # all streams come before the row
            super().save(**kwargs)
            of_before.update(**of_now)

    def clean(self) -> None:
        """A private room keeps the addresses that it had: its members still follow them."""
        super().clean()
        other = Room.objects.by_slug(self.slug)
        if other and other.pk != self.pk and other.access == self.Access.PRIVATE:
            raise ValidationError({"slug": _("This is the address of something else.")})

    def get_absolute_url(self) -> str:
        return reverse("chat:room", args=[self.slug])

    def membership_of(self, person: Person) -> Membership | None:
        """`person` is None for nobody."""
        return self.memberships.filter(user=person).first() if person else None

    def rights_of(self, person: Person, membership: Membership | None) -> Rights:
        """`person` is None for nobody; `membership` is theirs in this room, if any."""
        hindrance = self.hindrance_of(membership, signed_in=person is not None)
        read = hindrance not in HIDING
        return Rights(read, hindrance, read and self.is_moderated_by(person, membership))

    def hindrance_of(self, membership: Membership | None, signed_in: bool) -> str:
        """The error code that says why they can't write, "" if they can; it asks the database nothing."""
        private = self.access == self.Access.PRIVATE
        if membership.banned if membership else private:
            return "not_found" if private else "banned"
        if self.closed:
            return "closed"
        if membership is None:
            return "not_member" if signed_in else "sign_in"
        return "muted" if membership.is_muted else ""

    def is_moderated_by(self, person: Person, membership: Membership | None) -> bool:
        if membership and membership.role == Membership.Role.MODERATOR:
            return True
        return person is not None and person.has_perm("chat.moderate_room")

    def people_named(self, names: Collection[str]) -> dict[str, int]:
        """The primary keys of those in the room who have one of these usernames, or alone have it but for capitals."""
        members = self.memberships.filter(banned=False, user__is_active=True).order_by()
        people = dict(members.filter(user__username__in=names).values_list("user__username", "user"))
        if others := {name.lower() for name in names if people.keys().isdisjoint(variants(name))}:
            found = members.annotate(lower=Lower("user__username")).filter(lower__in=others)
            alike = defaultdict(list)
            for username, pk in found.values_list("user__username", "user"):
                alike[folded(username)].append(pk)
            people |= {name: alike[folded(name)][0] for name in names if len(alike[folded(name)]) == 1}
        return people

    def mute(self, person: Person, minutes: int) -> bool:
        """For so long; 0 lets them speak again. False when they are no member."""
        until = timezone.now() + timedelta(minutes=minutes) if minutes else None
        return bool(self.memberships.filter(user=person).update(muted_until=until))

    def add(self, person: Person) -> None:
        """Make somebody a member, also one who was banned."""
        self.memberships.update_or_create(user=person, defaults={"banned": False})

    def ban(self, person: Person) -> None:
        """Also somebody who is no member: they will not become one."""
        self.memberships.update_or_create(user=person, defaults={"banned": True})

    def lift_ban(self, person: Person) -> None:
        """They may join a public room again, and be added to a private one: that they were in it, nobody knows."""
        self.memberships.filter(user=person).lift_bans()
