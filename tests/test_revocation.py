"""Who loses the right to be there is shown out by every process: at once with Redis, within 2 s without."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import need_redis
from .members import Member, refused, status
from .posting import SignedIn
from .readers import reading, until
from .servers import Redis, Site, redis
from .writer import PASSWORD, Writer

PUBLIC, PRIVATE = "lobby", "back-room"
SECONDS = {"up": 0.7, "killed": 2.5, "stalled": 2.5}  # by what Redis does: until the last socket is closed


class Scene:
    """Two processes of a site; what happens `here`, or in a worker, closes sockets `there`."""

    def __init__(self, site: Site, redis: Redis, fault: str) -> None:
        self.here, self.there = site.start(), site.start()
        self.write = Writer(site.env)
        self.redis, self.fault = redis, fault
        self.write("open", room=PRIVATE, access="private")
        for people, role in ((["editor"], "moderator"), (["bob"], "member")):
            self.write("join", room=PRIVATE, people=people, role=role)
        self.moderator, self.bystander = SignedIn(self.here, "editor"), SignedIn(self.there, "bob")

    def begin(self) -> None:
        """Redis goes away, unless it has already."""
        if self.fault == "killed":
            self.redis.kill()
        elif self.fault == "stalled":
            self.redis.stall()
