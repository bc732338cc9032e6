"""Rooms and what is said in them, and what each person has of their own: memberships, markers, mentions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from realtime.items import ItemQuerySet
from realtime.models import Item, VersionField
from realtime.slugs import Slugged, SluggedQuerySet
from realtime.statements import lock, statement

from .text import mentioned, named, to_html

MAX_TEXT = 4_000  # characters of a message


HIDING = {"banned", "not_found"}  # hindrances with which one can't even read


def lock_streams_of(people: Iterable[int]) -> None:
    """Their own streams come after those of rooms."""
    lock(*(f"user.{pk}" for pk in people))


class Rights(NamedTuple):
    """What a person may do in a room; `hindrance` is the error code that says why they can't write, "" if they can."""

    read: bool
    hindrance: str
    moderate: bool = False


class RoomQuerySet(SluggedQuerySet):
    def readable_by(self, person: Any) -> RoomQuerySet:
        """The rooms that `rights_of` lets a person read; None for nobody."""
        public = Q(access=Room.Access.PUBLIC)
        if person is None:
            return self.filter(public)
        theirs = Membership.objects.filter(user=person)
        joined, banned = (theirs.filter(banned=banned).values("room") for banned in (False, True))
        return self.filter(public | Q(pk__in=joined)).exclude(pk__in=banned)

    def delete(self) -> tuple[int, dict[str, int]]:
        with statement(self._streams()):
            self.lock_people()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def lock_people(self) -> None:
        """Of who has something in these rooms, which are locked: it goes with the room, from their own streams."""
        rows = [model.objects.filter(room__in=self.order_by()) for model in (Membership, Marker, Mention)]
        lock_streams_of(pk for theirs in rows for pk in theirs.order_by().values_list("user", flat=True).distinct())


class Room(Slugged):
    reserved_slugs = {"new", "search", "user"}

    class Access(models.TextChoices):
        PUBLIC = "public", _("Public: anyone reads, members write")
        PRIVATE = "private", _("Private: members only")

    name = models.CharField(_("name"), max_length=80)
    topic = models.CharField(_("topic"), max_length=200, blank=True)
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

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with statement(self.streams()):
            Room.objects.filter(pk=self.pk).lock_people()
            return super().delete(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("chat:room", args=[self.slug])

    def membership_of(self, person: Any) -> Membership | None:
        """`person` is None for nobody."""
        return self.memberships.filter(user=person).first() if person else None

    def rights_of(self, person: Any, membership: Membership | None) -> Rights:
        """`person` is None for nobody; `membership` is theirs in this room, if any."""
        hindrance = self.hindrance_of(person, membership)
        read = hindrance not in HIDING
        return Rights(read, hindrance, read and self.is_moderated_by(person, membership))

    def hindrance_of(self, person: Any, membership: Membership | None) -> str:
        """The error code that says why they can't write, "" if they can; it asks the database nothing."""
        private = self.access == self.Access.PRIVATE
        if membership.banned if membership else private:
            return "not_found" if private else "banned"
        if self.closed:
            return "closed"
        if membership is None:
            return "not_member" if person else "sign_in"
        return "muted" if membership.is_muted else ""

    def is_moderated_by(self, person: Any, membership: Membership | None) -> bool:
        if membership and membership.role == Membership.Role.MODERATOR:
            return True
        return person is not None and person.has_perm("chat.moderate_room")

    def receive(self, messages: list[Message]) -> None:
        """Store new messages as one change, in this order, and tell the people in the room whom they name."""
        with statement([self.stream]):
            last = self.messages.numbers().first() or 0
            people = self.people_named({name for message in messages for name in mentioned(message.text)})
            for number, message in enumerate(messages, last + 1):
                message.room, message.number = self, number
                message.mentions = named(message.text, people)
            Message.objects.bulk_create(messages)
            Mention.objects.bulk_create([Mention.of(message, pk) for message in messages for pk in message.tells])

    def people_named(self, names: Iterable[str]) -> dict[str, int]:
        """The primary keys of those in the room who have one of these usernames."""
        members = self.memberships.filter(banned=False, user__is_active=True, user__username__in=names)
        return dict(members.values_list("user__username", "user"))

    def mute(self, person: Any, minutes: int) -> bool:
        """For so long; 0 lets them speak again. False when they are no member."""
        until = timezone.now() + timedelta(minutes=minutes) if minutes else None
        return bool(self.memberships.filter(user=person).update(muted_until=until))

    def add(self, person: Any) -> None:
        """Make somebody a member, also one who was banned."""
        self.memberships.update_or_create(user=person, defaults={"banned": False})

    def ban(self, person: Any) -> None:
        """Whether they are there or not."""
        self.memberships.update_or_create(user=person, defaults={"banned": True})

    def lift_ban(self, person: Any) -> None:
        """They may join a public room again, and be added to a private one: that they were in it, nobody knows."""
        self.memberships.filter(user=person).lift_bans()

    def as_item(self, kind: str) -> dict[str, Any]:
        """The head of its own page."""
        data = {
            "name": self.name,
            "topic": self.topic,
            "access": self.access,
            "closed": self.closed,
            "slow_seconds": self.slow_seconds,
            "url": self.get_absolute_url(),
        }
        return {"position": None, "html": render_to_string("chat/_room.html", {"room": self}), "data": data}


class MessageQuerySet(ItemQuerySet):
    def shown_to(self, person: Any) -> MessageQuerySet:
        """Of all rooms that a person may read; None for nobody."""
        return self.filter(deleted=False, room__in=Room.objects.readable_by(person))

    def numbers(self) -> models.QuerySet[Any]:
        """The latest first."""
        return self.order_by("-number").values_list("number", flat=True)

    def soft_delete(self, moderator: Any = None) -> int:
        """Readers see them no more, nor does who was mentioned; moderators do. Returns how many.

        Reports wait on when authors delete what is theirs: a moderator's decision answers them.
        """
        with transaction.atomic():
            deleted = list(self.filter(deleted=False).values_list("pk", flat=True))
            count = Message.objects.filter(pk__in=deleted).update(deleted=True)
            Mention.objects.filter(message__in=deleted).delete()
            if moderator:
                Report.objects.filter(message__in=deleted).handle(moderator)
        return count

    def restore(self) -> int:
        """Undo a soft deletion; returns of how many."""
        with transaction.atomic():
            deleted = self.filter(deleted=True).locked()
            for message in deleted:
                message.restore()
        return len(deleted)

    def locked(self) -> list[Message]:
        """For what writes to several of them: their rooms' streams are locked, and then those of who is in them."""
        rooms = self._streams()
        lock(*rooms)
        messages: list[Any] = list(self.filter(self._within(rooms)))
        people = {pk for message in messages for pk in (message.author_id, *message.mentions.values()) if pk}
        lock_streams_of(people)
        return messages


class Message(Item):
    shown_when = {"deleted": False}

    # Both are looked up by the constraints' indexes; more of them would slow every message down.
    room = models.ForeignKey(Room, models.CASCADE, related_name="messages", db_index=False, verbose_name=_("room"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False, verbose_name=_("author")
    )
    number = models.PositiveBigIntegerField(editable=False)  # 1, 2, 3 … in its room, given under the stream's lock
    author_name = models.CharField(_("author's name"), max_length=150)
    client_id = models.UUIDField(editable=False)  # the sender's own: a repeated send is known by it
    text = models.TextField(_("text"), validators=[MaxLengthValidator(MAX_TEXT)])
    mentions = models.JSONField(default=dict, editable=False)  # username -> primary key, of people in the room
    created_at = models.DateTimeField(_("written at"), default=timezone.now, editable=False)
    edited_at = models.DateTimeField(_("edited at"), null=True, editable=False)
    deleted = models.BooleanField(_("deleted"), default=False)
    version = VersionField("chat.{room_id}")

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="one_message_per_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="one_message_per_client_id"),
        ]
        indexes = [models.Index(fields=["room", "version"], name="message_by_version")]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:60]

    def get_absolute_url(self) -> str:
        """The page that ends with it: the room's address may be corrected, so that it goes by the room's own."""
        return f"{self.room.get_absolute_url()}?before={self.number + 1}#{self.item_id}"

    def edit(self, text: str) -> None:
        with statement(self.streams()):
            self.text, self.edited_at = text, timezone.now()
            self.mentions = named(text, self.room.people_named(mentioned(text)))
            self.save(update_fields=["text", "edited_at", "mentions"])
            self._tell()

    def restore(self) -> None:
        """Undo a soft deletion."""
        with statement(self.streams()):
            self.deleted = False
            self.save(update_fields=["deleted"])
            self._tell()

    def _tell(self) -> None:
        """Those whom it mentions now, and none else, have a row that says so."""
        told = set(self.mention_rows.values_list("user", flat=True))
        members = self.room.memberships.filter(banned=False, user__in=self.tells)
        people = set(members.values_list("user", flat=True))
        lock_streams_of(told ^ people)
        self.mention_rows.exclude(user__in=people).delete()
        Mention.objects.bulk_create([Mention.of(self, pk) for pk in people - told])

    @property
    def tells(self) -> set[int]:
        """The people whom it mentions; who names themselves need not be told."""
        return {pk for pk in self.mentions.values() if pk != self.author_id}

    @property
    def position(self) -> str:
        return f"{self.number:019d}"

    @property
    def text_html(self) -> str:
        return to_html(self.text, self.mentions)

    def as_item(self, kind: str) -> dict[str, Any]:
        data = {
            "number": self.number,
            "author": self.author_id,
            "author_name": self.author_name,
            "text": self.text,
            "mentions": self.mentions,
            "created_at": self.created_at,
            "edited_at": self.edited_at,
        }
        html = render_to_string("chat/_message.html", {"message": self})
        return {"position": self.position, "html": html, "data": data}


class MembershipQuerySet(ItemQuerySet):
    """Markers and mentions go with the membership, and with a ban."""

    def update(self, **kwargs: Any) -> int:
        with statement(self._streams()):
            if kwargs.get("banned"):
                self._forget()
            return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with statement(self._streams()):
            self._forget()
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def lift_bans(self) -> int:
        """Who was banned is a stranger again; returns how many were."""
        return self.filter(banned=True).delete()[0]

    def _forget(self) -> None:
        theirs = self.order_by().filter(user=OuterRef("user"), room=OuterRef("room"))
        for model in (Marker, Mention):
            model.objects.filter(Exists(theirs)).delete()


class Membership(Item):
    """A person in a room. One who is banned keeps the row and sees nothing of it."""

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        MODERATOR = "moderator", _("Moderator")

    shown_when = {"banned": False}

    room = models.ForeignKey(Room, models.CASCADE, related_name="memberships", verbose_name=_("room"))
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
                lock(f"chat.{self.room_id}")  # the room can't be renamed between this and the commit
                name, slug = Room.objects.values_list("name", "slug").get(pk=self.room_id)
                self.room_name, self.room_slug = name, slug
            elif self.banned:
                Membership.objects.filter(pk=self.pk)._forget()
            super().save(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with statement(self.streams()):
            Membership.objects.filter(pk=self.pk)._forget()
            return super().delete(*args, **kwargs)

    @property
    def is_muted(self) -> bool:
        return self.muted_until is not None and self.muted_until > timezone.now()

    def as_item(self, kind: str) -> dict[str, Any]:
        """A card in the list of the person's rooms."""
        data = {"room": self.room_id, "name": self.room_name, "role": self.role, "muted_until": self.muted_until}
        html = render_to_string("chat/_membership.html", {"membership": self})
        return {"position": f"{self.pk:019d}", "html": html, "data": data}


class Marker(Item):
    """How far a person has read in a room: the number of the last message they saw."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="markers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_markers")
    number = models.PositiveBigIntegerField(default=0)
    version = VersionField("user.{user_id}")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_marker_per_room")]
        indexes = [models.Index(fields=["user", "version"], name="marker_by_version")]

    def __str__(self) -> str:
        return f"{self.user} read {self.room} up to {self.number}"

    def as_item(self, kind: str) -> dict[str, Any]:
        return {"position": None, "html": "", "data": {"room": self.room_id, "number": self.number}}


class Mention(Item):
    """That a message names a person; it goes with the message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mention_rows")
    room = models.ForeignKey(Room, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_mentions")
    number = models.PositiveBigIntegerField()  # the message's
    version = VersionField("user.{user_id}")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="one_mention_per_message")]
        indexes = [models.Index(fields=["user", "version"], name="mention_by_version")]

    def __str__(self) -> str:
        return f"{self.user} in {self.message}"

    @classmethod
    def of(cls, message: Message, person: int) -> Mention:
        return cls(message=message, room_id=message.room_id, user_id=person, number=message.number)

    def as_item(self, kind: str) -> dict[str, Any]:
        data = {"room": self.room_id, "number": self.number, "message": self.message_id}
        return {"position": None, "html": "", "data": data}


class ReportQuerySet(models.QuerySet):
    def open(self) -> ReportQuerySet:
        return self.filter(handled_at=None)

    def handle(self, moderator: Any) -> int:
        """Take them out of the queue; returns how many were in it."""
        return self.open().update(handled_at=timezone.now(), handled_by=moderator)


class Report(models.Model):
    """A message that somebody objects to; it waits for a moderator."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reports", verbose_name=_("message"))
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("reported by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    text = models.TextField(_("message"), editable=False)  # as it was then: an author may edit it meanwhile
    created_at = models.DateTimeField(_("reported at"), default=timezone.now, editable=False)
    handled_at = models.DateTimeField(_("handled at"), null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("handled by"),
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = [F("handled_at").desc(nulls_first=True), "created_at"]  # the queue; then what was handled last
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="one_report_per_person")]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:60]

    def save(self, **kwargs: Any) -> None:
        self.text = self.text or self.message.text
        super().save(**kwargs)

    def reopen(self, text: str, reason: str) -> None:
        """The message was edited since, and is objected to again."""
        self.text, self.reason, self.created_at = text, reason, timezone.now()
        self.handled_at = self.handled_by = None
        self.save()
