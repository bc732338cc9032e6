"""Sockets of the live blog: the index, and one live blog, which anyone may read; and its desk, for editors."""

from __future__ import annotations

from typing import Any

from accounts.models import Person, User
from realtime.desk import EditingConsumer
from realtime.hub import query_once
from realtime.people import Presence
from realtime.sockets import CloseSocket, StreamConsumer
from realtime.streams import Close, name_parts, stream_name, stream_of_slug

from .desk.access import is_editor
from .models import LiveBlog


class IndexConsumer(StreamConsumer):
    async def stream(self) -> str:
        return "liveblogs"


class LiveBlogConsumer(StreamConsumer):
    async def stream(self) -> str:
        return await stream_at(self.scope)


class DeskConsumer(EditingConsumer):
    """Everything of a live blog, in every state, for those who write it; and who of them is here, and edits what."""

    person: Person

    async def stream(self) -> str:
        if self.person is None:
            raise CloseSocket(Close.SIGN_IN)
        if not await self.hub.database(is_editor, self.person):
            raise CloseSocket(Close.FORBIDDEN)
        return stream_name("desk", name_parts(await stream_at(self.scope)).key)

    async def subscribe(self) -> None:
        presence = self.hub.service(Presence)
        await super().subscribe()
        self.reply(presence.frame(self.name, self.person))
        if self.person:
            presence.enter(self.name, self.person.pk, {"name": self.person.get_public_name()}, self.reader)

    def leave(self) -> None:
        self.hub.service(Presence).leave(self.name, self.reader)
        super().leave()

    def name_of(self, person: User) -> str:
        return person.get_public_name()


async def stream_at(scope: Any) -> str:
    """The stream of the live blog in a socket's address; raises CloseSocket."""
    name = await query_once(stream_of_slug, LiveBlog, scope["url_route"]["kwargs"]["slug"])
    if name is None:
        raise CloseSocket(Close.NOT_FOUND)
    return name
