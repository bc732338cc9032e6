"""Who has a form of a row open: its socket, on which editors see each other. Nothing is stored.

A form says so every few seconds, and the others forget who falls silent: a browser that crashed says no goodbye.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered

from realtime.hub import Whispered
from realtime.people import PersonConsumer
from realtime.sockets import CloseSocket
from realtime.streams import Close, create_streams, heads, stream_name


class Editing(msgspec.Struct, tag="editing", tag_field="type"):
    """A client says which row its editor has open: the id of the item."""

    item: str


class Editor(Whispered, tag="editing"):
    """The others are told: `id` and `name` of who has the form of `item` open."""

    id: int
    name: str
    item: str


class EditingConsumer(PersonConsumer):
    """Any socket of editors, on a stream that they alone may read."""

    decoder = msgspec.json.Decoder(Editing)

    def name_of(self, person: Any) -> str:
        return person.get_full_name() or person.get_username()

    async def perform(self, action: Editing) -> dict[str, Any] | None:
        if self.person and not self.reader.closed:
            said = Editor(self.person.pk, self.name_of(self.person), action.item[:80])
            self.hub.whisper(self.name, said, sender=self.person.pk)
        return None


class FormConsumer(EditingConsumer):
    """All open forms of one model in the admin: for who may change its rows there, as long as they may.

    By the route `path("_ws/forms/<str:model>/", FormConsumer.as_asgi(), name="form")`, the model being its label.
    """

    has_items = False

    async def stream(self) -> str:
        if self.person is None:
            raise CloseSocket(Close.SIGN_IN)
        return await self.hub.database(stream_of_forms, self.scope["url_route"]["kwargs"]["model"], self.person)


def stream_of_forms(label: str, person: Any) -> str:
    """That of a model's forms, which the first of them creates; raises CloseSocket."""
    try:
        model = apps.get_model(label)
        options = admin.site.get_model_admin(model).opts
    except (LookupError, ValueError, NotRegistered) as error:
        raise CloseSocket(Close.NOT_FOUND) from error
    if not person.is_staff or not person.has_perm(f"{options.app_label}.change_{options.model_name}"):
        raise CloseSocket(Close.FORBIDDEN)
    name = stream_name("forms", options.label_lower)
    if not heads([name]):  # sockets ask again, every minute
        create_streams([name])
    return name
