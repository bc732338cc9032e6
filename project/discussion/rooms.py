"""The room beside a live blog is the one that is about its stream: `Room.about` is "liveblog.7"."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import pre_delete, pre_save
from django.utils.text import Truncator

from chat.models import Membership, Room
from liveblog.models import LiveBlog
from realtime.streams import lock, name_parts, touch

MAX_NAME: int = Room._meta.get_field("name").max_length  # type: ignore[assignment]


def room_beside(liveblog: LiveBlog) -> Room | None:
    """Public rooms alone: the live blog's page is the same for everyone."""
    return Room.objects.filter(about=liveblog.stream, access=Room.Access.PUBLIC).first()


def liveblog_beside(room: Room) -> LiveBlog | None:
    kind, key = name_parts(room.about or "")
    return LiveBlog.objects.filter(pk=key).first() if kind == "liveblog" and key.isdecimal() else None


@transaction.atomic
def open_discussion(liveblog: LiveBlog, person: Any) -> bool:
    """Make the room, which `person` moderates; False if the live blog has one, shown or not."""
    lock(liveblog.stream)  # a second click waits for the first
    if Room.objects.filter(about=liveblog.stream).exists():
        return False
    name = Truncator(liveblog.title).chars(MAX_NAME)
    room = Room.objects.create(name=name, slug=free_slug(liveblog), about=liveblog.stream)
    Membership.objects.create(room=room, user=person, role=Membership.Role.MODERATOR)
    return True


def free_slug(liveblog: LiveBlog) -> str:
    """The live blog's own, if no room has it or had it."""
    slug = liveblog.slug
    taken = slug in Room.reserved_slugs or Room.objects.by_slug(slug) is not None
    return f"discussion-{liveblog.pk}" if taken else slug


def connect() -> None:
    pre_save.connect(touch_pages, sender=Room)
    pre_delete.connect(touch_pages, sender=Room)


def touch_pages(instance: Room, **kwargs: Any) -> None:
    """The live blog's page carries the room's address, or none: when that changes, so must its ETag.

    What `update()` does to a room shows with the live blog's next change.
    """
    stored = Room.objects.filter(pk=instance.pk).values_list("about", flat=True)
    for stream in sorted({about for about in (instance.about, *stored) if about}):
        touch(stream)
