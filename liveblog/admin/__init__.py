"""The newsroom: where editors post."""

from ..ingest.admin import IngestKeyAdmin  # noqa: F401
from .entries import EntryAdmin
from .liveblogs import LiveBlogAdmin

__all__ = ["EntryAdmin", "LiveBlogAdmin"]
