"""Node's `ws`, with Redis pub/sub: one server for all its readers, one subscription."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.publish import Order
from tests.servers import Process

from .base import HERE, Contestant, Place, message


class NodeWs(Contestant):
    name = "node-ws"
    title = "Node ws, Redis"

    def missing(self) -> str:
        if not shutil.which("node"):
            return "Node 20 or newer"
        version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
        if int(version.strip("v\n").split(".")[0]) < 20:
            return f"Node 20 or newer (this is {version.strip()})"
        return "" if (HERE.parent / "node_modules/ws").exists() else "its packages (npm ci in bench/)"

    def env(self, place: Place) -> dict[str, str]:
        return {"NODE_ENV": "production", "PORT": str(place.port), "REDIS_URL": place.redis}

    def start(self, place: Place) -> Process:
        return Process(["node", str(HERE / "node_ws.js")], self.env(place))

    def path(self, channel: str) -> str:
        return f"/{channel}"

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        from redis import Redis

        redis = Redis.from_url(place.redis)
        return partial(Order.carry_out, publish=lambda channel, text: redis.publish(channel, message(text)))
