"""Pages: of a stream, the same for everyone, and what changed since; files; and so many requests at once."""

from .files import KEPT, public_file, send_file
from .pages import stream_changes, stream_page, to_current_slug
from .turns import CatchUpLimit

__all__ = ["KEPT", "CatchUpLimit", "public_file", "send_file", "stream_changes", "stream_page", "to_current_slug"]
