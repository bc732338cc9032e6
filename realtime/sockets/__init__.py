"""Sockets, the door: which path is which consumer, who may open one, and what one socket may ask for."""

from .consumers import CheckConsumer, CloseSocket, Id, StreamConsumer
from .origin import OriginCheck
from .routing import SocketRouter, UpgradeRequired, path_of, respond

__all__ = [
    "CheckConsumer", "CloseSocket", "Id", "OriginCheck", "SocketRouter", "StreamConsumer", "UpgradeRequired", "path_of",
    "respond",
]  # fmt: skip
