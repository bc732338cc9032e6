"""What the Channels tutorial teaches: each reader's consumer is a member of the group, and encodes its own JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.publish import Order
from tests.servers import Process

from .base import Contestant, Place


class Usual(Contestant):
    most_readers = 2000

    def __init__(self, server: str) -> None:
        self.server = server
        self.name = f"usual-{server}"
        self.title = f"usual Channels consumer, {server}, Redis"

    def env(self, place: Place) -> dict[str, str]:
        return {"DJANGO_SETTINGS_MODULE": "bench.usual.settings", "REDIS_URL": place.redis}

    def start(self, place: Place) -> Process:
        application, port = "bench.usual.asgi:application", str(place.port)
        command = [sys.executable, "-m", "uvicorn", "--log-level", "warning", "--port", port, application]
        if self.server == "daphne":
            command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", port, application]
        return Process(command, self.env(place))

    def path(self, channel: str) -> str:
        return f"/ws/chat/{channel}/"

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        os.environ.update(self.env(place))
        from asgiref.sync import async_to_sync
        from channels.layers import get_channel_layer

        send = async_to_sync(get_channel_layer().group_send)

        def publish(channel: str, text: str) -> None:
            send(f"chat_{channel}", {"type": "chat.message", "message": text})

        return partial(Order.carry_out, publish=publish)
