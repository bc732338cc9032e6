"""What is said in rooms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from realtime.streams import Item, ItemQuerySet, VersionField, lock, statement
from realtime.text import TextField

from ..badges import Badge
from ..text import mentioned, named, to_html
from .people import Mention, lock_streams_of
from .reports import Report
from .rooms import Room

MAX_TEXT = 4_000  # characters of a message


class MessageQuerySet(ItemQuerySet):
    def update(self, **kwargs: Any) -> int:
        """Who is deleted takes their name along: what they said stays."""
        if kwargs.get("author", self) is None:
            kwargs |= {"author_name": "", "author_badge": ""}
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def shown_to(self, person: Person) -> MessageQuerySet:
        """Of all rooms that a person may read; None for nobody."""
        return self.shown().filter(room__in=Room.objects.readable_by(person))

    def shown(self) -> MessageQuerySet:
        return self.filter(deleted=False)

    def numbers(self) -> models.QuerySet[Any]:
        """The latest first."""
        return self.order_by("-number").values_list("number", flat=True)

    def soft_delete(self, moderator: Person = None) -> int:
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

    item_template = "chat/_message.html"
    item_data = (
        "number", ("author", "author_id"), "author_name", "author_badge", "text", "mentions", "created_at", "edited_at"
    )  # fmt: skip

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

    @staticmethod
    def post(room: Room, messages: list[Message]) -> None:
        """Store new messages as one change, in this order, and tell the people in the room whom they name."""
        with statement([room.stream]):
            last = room.messages.numbers().first() or 0
            people = room.people_named({name for message in messages for name in mentioned(message.text)})
            for number, message in enumerate(messages, last + 1):
                message.room, message.number = room, number
                message.mentions = named(message.text, people)
            Message.objects.bulk_create(messages)
            Mention.objects.bulk_create([message.mention_of(pk) for message in messages for pk in message.tells])

    def edit(self, text: str) -> None:
        with statement(self.streams()):
            self.text, self.edited_at = text, timezone.now()
            self.mentions = named(text, self.room.people_named(mentioned(text)))
            self.save(update_fields=["text", "edited_at", "mentions"])
            self._tell_mentioned()

    def restore(self) -> None:
        """Undo a soft deletion."""
        with statement(self.streams()):
            self.deleted = False
            self.save(update_fields=["deleted"])
            self._tell_mentioned()

    def _tell_mentioned(self) -> None:
        """Those whom it mentions now, and none else, have a row that says so."""
        told = set(self.mention_rows.values_list("user", flat=True))
        members = self.room.memberships.filter(banned=False, user__in=self.tells)
        people = set(members.values_list("user", flat=True))
        lock_streams_of(told ^ people)
        self.mention_rows.exclude(user__in=people).delete()
        Mention.objects.bulk_create([self.mention_of(pk) for pk in people - told])

    def mention_of(self, person: int) -> Mention:
        return Mention(message=self, room_id=self.room_id, user_id=person, number=self.number)

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
