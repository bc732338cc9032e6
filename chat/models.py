"""Rooms and what is said in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from realtime.items import ItemQuerySet
from realtime.models import Item, VersionField
from realtime.slugs import Slugged, SluggedQuerySet
from realtime.statements import lock, statement
from realtime.text import CharField, TextField
from realtime.visible import validate_visible

from .badges import Badge
from .personal import Marker, Membership, Mention, lock_streams_of
from .reports import Report
from .text import folded, mentioned, named, to_html, variants

MAX_TEXT = 4_000  # characters of a message
HIDING = {"banned", "not_found"}  # hindrances with which one can't even read


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
    def update(self, **kwargs: Any) -> int:
        """Who is deleted takes their name along: what they said stays."""
        if kwargs.get("author", self) is None:
            kwargs |= {"author_name": "", "author_badge": ""}
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def shown_to(self, person: Any) -> MessageQuerySet:
        """Of all rooms that a person may read; None for nobody."""
        return self.shown().filter(room__in=Room.objects.readable_by(person))

    def shown(self) -> MessageQuerySet:
        return self.filter(deleted=False)

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
    author_name = models.CharField(_("author's name"), max_length=150)  # "": the account is deleted
    author_badge = models.CharField(  # when they wrote it
        max_length=10, choices=Badge.choices, blank=True, default="", db_default="", editable=False
    )
    client_id = models.UUIDField(editable=False)  # the sender's own: a repeated send is known by it
    text = TextField(_("text"), validators=[MaxLengthValidator(MAX_TEXT)])
    mentions = models.JSONField(default=dict, editable=False)  # name in the text -> primary key, of people in the room
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

    def get_author_name(self) -> str:
        return self.author_name or gettext("Deleted account")

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
            "author_badge": self.author_badge,
            "text": self.text,
            "mentions": self.mentions,
            "created_at": self.created_at,
            "edited_at": self.edited_at,
        }
        html = render_to_string("chat/_message.html", {"message": self})
        return {"position": self.position, "html": html, "data": data}
