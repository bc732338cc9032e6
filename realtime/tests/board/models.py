"""A small app of its own for the kernel's tests, since any other may be deleted: boards, and notes on them."""

from django.conf import settings
from django.db import models
from django.utils.html import format_html

from realtime.streams import Item, Shape, Slugged, VersionField


class Person(models.Model):
    """No item, but the rows of items hang on it."""

    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Board(Item):
    """An item of its own stream, and of the one that lists all boards."""

    title = models.CharField(max_length=40)
    ended = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, models.CASCADE, null=True, related_name="boards")
    version = VersionField("testboard.{pk}")
    index_version = VersionField("testboards", db_index=True)

    def __str__(self) -> str:
        return self.title

    @property
    def ends_stream(self) -> bool:
        return self.ended

    def as_item(self, kind: str) -> Shape:
        html = format_html("<h1>{}</h1>", self.title)
        return {"position": None if kind == "testboard" else self.title, "html": html, "data": {"text": self.title}}


class Note(Item):
    """An item of its board's stream. The text `boom` cannot be rendered."""

    shown_when = {"state": "shown"}

    board = models.ForeignKey(Board, models.CASCADE, related_name="notes")
    author = models.ForeignKey(Person, models.CASCADE, null=True, related_name="notes")
    editor = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="edited")
    state = models.CharField(max_length=10, default="shown")
    text = models.TextField()
    version = VersionField("testboard.{board_id}")

    class Meta:
        indexes = [models.Index(fields=["board", "version"], name="note_by_version")]

    def __str__(self) -> str:
        return self.text

    def as_item(self, kind: str) -> Shape:
        if self.text == "boom":
            raise RuntimeError("This note cannot be rendered.")
        html = format_html('<p id="{}">{}</p>', self.item_id, self.text)
        return {"position": f"{self.pk:019d}", "html": html, "data": {"text": self.text}}


class Seat(Item):
    """What lets a person read a board that is for members: an item of the person's own stream."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="seats")
    # No constraint: without migrations, its table is made before the users'.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False)
    version = VersionField("user.{user_id}")

    item_data = (("board", "board_id"),)

    class Meta:
        indexes = [models.Index(fields=["user", "version"], name="seat_by_version")]

    def __str__(self) -> str:
        return f"{self.user} at {self.board}"


class Topic(Slugged):
    """An item with an address of its own."""

    shown_when = {"shown": True}
    reserved_slugs = {"new"}

    shown = models.BooleanField(default=True)
    owner = models.ForeignKey(Person, models.CASCADE, null=True)
    version = VersionField("topic.{pk}")

    item_data = ("slug",)

    def __str__(self) -> str:
        return self.slug


class Place(Slugged):
    """Another kind, with the same slugs."""

    version = VersionField("place.{pk}")

    item_data = ("slug",)

    def __str__(self) -> str:
        return self.slug
