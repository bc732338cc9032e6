"""The hub, the process half: it reads each stream once for all its readers here, and sends them what changed."""

from .hub import Hub, Service, changes_after, find_hub, get_hub, query, take
from .limits import Rate, address_key
from .messages import Whispered
from .once import ask_once, query_once
from .pump import Gone
from .reader import Reader
from .readers import MALFORMED, parse_version

__all__ = [
    "MALFORMED", "Gone", "Hub", "Rate", "Reader", "Service", "Whispered", "address_key", "ask_once", "changes_after",
    "find_hub", "get_hub", "parse_version", "query", "query_once", "take",
]  # fmt: skip
