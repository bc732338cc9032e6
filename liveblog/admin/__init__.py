"""The newsroom: where editors post."""

from .entries import EntryAdmin
from .liveblogs import LiveBlogAdmin

__all__ = ["EntryAdmin", "LiveBlogAdmin"]
