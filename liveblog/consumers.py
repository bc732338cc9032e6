"""Sockets of the live blog: the index, and one live blog. Anyone may read both; neither takes frames."""

from realtime.consumers import Refused, StreamConsumer
from realtime.hub import query_once
from realtime.slugs import stream_of
from realtime.wire import Close

from .models import LiveBlog


class IndexConsumer(StreamConsumer):
    async def stream(self) -> str:
        return "liveblogs"


class LiveBlogConsumer(StreamConsumer):
    async def stream(self) -> str:
        name = await query_once(stream_of, LiveBlog, self.scope["url_route"]["kwargs"]["slug"])
        if name is None:
            raise Refused(Close.NOT_FOUND)
        return name
