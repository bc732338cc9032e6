"""Text: fields with one kind of line break, what can be seen in it, and the addresses in it."""

from .addresses import MAX_ADDRESS, address_at_start, links
from .fields import CharField, TextField, newlines
from .visible import is_empty, is_seen, validate_visible

__all__ = [
    "MAX_ADDRESS", "CharField", "TextField", "address_at_start", "is_empty", "is_seen", "links", "newlines",
    "validate_visible",
]  # fmt: skip
