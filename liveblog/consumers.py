"""Sockets of the live blog: the index, and one live blog. Anyone may read both; neither takes frames."""

from realtime.hub import query_once
from realtime.sockets import CloseSocket, StreamConsumer
from realtime.streams import Close, stream_of_slug

from .models import LiveBlog


class IndexConsumer(StreamConsumer):
    async def stream(self) -> str:
        return "liveblogs"


class LiveBlogConsumer(StreamConsumer):
    async def stream(self) -> str:
        name = await query_once(stream_of_slug, LiveBlog, self.scope["url_route"]["kwargs"]["slug"])
        if name is None:
            raise CloseSocket(Close.NOT_FOUND)
        return name
