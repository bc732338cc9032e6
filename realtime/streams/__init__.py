"""Streams, the database half: items, the versions that writing gives them, and what changed since."""

from . import wire
from .deletion import is_simple, taken_along
from .fields import VersionField
from .history import prune_history, versions_of, written_by
from .items import Item, Shape
from .names import name_parts, stream_name
from .positions import after, before, position
from .pruning import prune
from .queries import heads
from .querysets import ItemQuerySet
from .reading import Answer, Changes, Reset, read
from .rendering import html
from .slugs import Slugged, SluggedQuerySet, stream_of_slug
from .statements import create_streams, lock, lock_timeout, statement, touch
from .wire import Close, Frame

__all__ = [
    "Answer", "Changes", "Close", "Frame", "Item", "ItemQuerySet", "Reset", "Shape", "Slugged", "SluggedQuerySet",
    "VersionField", "after", "before", "create_streams", "heads", "html", "is_simple", "lock", "lock_timeout",
    "name_parts", "position", "prune", "prune_history", "read", "statement", "stream_name", "stream_of_slug",
    "taken_along", "touch", "versions_of", "wire", "written_by",
]  # fmt: skip
