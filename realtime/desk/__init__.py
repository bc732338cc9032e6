"""The desk, for editors and others who fill in forms: nothing that was typed is lost, overwritten, or saved twice."""

from .admins import StaleFormAdmin
from .bulk import CountedDelete, change
from .conflicts import StaleForm
from .groups import create_group
from .moments import short
from .recent import RecentFilter
from .submissions import say_saved, submission, token_of
from .undo import log

__all__ = [
    "CountedDelete", "RecentFilter", "StaleForm", "StaleFormAdmin", "change", "create_group", "log", "say_saved",
    "short", "submission", "token_of",
]  # fmt: skip
