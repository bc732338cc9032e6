"""Live blogs and their entries: both are items, so that every change of them reaches the readers."""

from .entries import CONTENT, Entry, EntryQuerySet
from .liveblogs import LiveBlog, LiveBlogQuerySet

__all__ = ["CONTENT", "Entry", "EntryQuerySet", "LiveBlog", "LiveBlogQuerySet"]
