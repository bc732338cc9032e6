"""What each person has of their own in the rooms: memberships, markers, mentions; in the stream `user.<pk>`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from realtime.people import user_stream
from realtime.streams import Item, ItemQuerySet, VersionField, lock, statement


def lock_streams_of(people: Iterable[int]) -> None:
    """Their own streams come after those of rooms."""
    lock(*map(user_stream, people))


class MembershipQuerySet(ItemQuerySet):
    """Markers and mentions go with the membership, and with a ban."""

    def update(self, **kwargs: Any) -> int:
        with statement(self._streams()):
            if kwargs.get("banned"):
                self.forget()
            return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def lift_bans(self) -> int:
        """Who was banned is a stranger again; returns how many were."""
        return self.filter(banned=True).delete()[0]

    def before_delete(self) -> None:
        self.forget()

    def forget(self) -> None:
        theirs = self.order_by().filter(user=OuterRef("user"), room=OuterRef("room"))
        for model in (Marker, Mention):
            model.objects.filter(Exists(theirs)).delete()


class Membership(Item):
    """A person in a room. One who is banned keeps the row and sees nothing of it."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        MODERATOR = "moderator", _("Moderator")

    shown_when = {"banned": False}

    room = models.ForeignKey("Room", models.CASCADE, related_name="memberships", verbose_name=_("room"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    muted_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    banned = models.BooleanField(_("banned"), default=False)
    joined_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    room_name = models.CharField(max_length=80, editable=False)  # kept here, since an item shows its own row alone
    room_slug = models.SlugField(max_length=80, editable=False)
    version = VersionField("user.{user_id}")

    item_template = "chat/_membership.html"  # a card in the list of the person's rooms
    item_data = (("room", "room_id"), ("name", "room_name"), "role", "muted_until")

    objects = MembershipQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["room_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_membership_per_room")]
        indexes = [models.Index(fields=["user", "version"], name="membership_by_version")]

    def __str__(self) -> str:
        return f"{self.user} in {self.room_name}"

    def save(self, **kwargs: Any) -> None:
        with statement(()):
            if self._state.adding:
                lock(self.room.stream)  # it can't be renamed between this and the commit
                of_now = type(self.room).objects.filter(pk=self.room_id)
                self.room_name, self.room_slug = of_now.values_list("name", "slug").get()
            elif self.banned:
                Membership.objects.filter(pk=self.pk).forget()
            starts = not self.banned and (self._state.adding or "banned" in (kwargs.get("update_fields") or ()))
            super().save(**kwargs)
            if starts:
                Marker.start(self)

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    @property
    def position(self) -> str:
        return f"{self.pk:019d}"


class Marker(Item):
    """How far a person has read in a room: the number of the last message they saw."""

    room = models.ForeignKey("Room", models.CASCADE, related_name="markers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_markers")
    number = models.PositiveBigIntegerField(default=0)
    version = VersionField("user.{user_id}")

    item_data = (("room", "room_id"), "number")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_marker_per_room")]
        indexes = [models.Index(fields=["user", "version"], name="marker_by_version")]

    def __str__(self) -> str:
        return f"{self.user} read {self.room} up to {self.number}"

    @classmethod
    def start(cls, membership: Membership) -> None:
        """What was said before somebody came is not unread to them."""
        if last := membership.room.messages.numbers().first():
            cls.objects.get_or_create(room_id=membership.room_id, user_id=membership.user_id, defaults={"number": last})


class Mention(Item):
    """That a message names a person; it goes with the message."""

    message = models.ForeignKey("Message", models.CASCADE, related_name="mention_rows")
    room = models.ForeignKey("Room", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_mentions")
    number = models.PositiveBigIntegerField()  # the message's
    version = VersionField("user.{user_id}")

    item_data = (("room", "room_id"), "number", ("message", "message_id"))

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="one_mention_per_message")]
        indexes = [models.Index(fields=["user", "version"], name="mention_by_version")]

    def __str__(self) -> str:
        return f"{self.user} in {self.message}"
