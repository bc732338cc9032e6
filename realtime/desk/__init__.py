"""The desk, for editors and others who fill in forms: nothing that was typed is lost, overwritten, or saved twice."""

from .admins import StaleFormAdmin
from .bulk import CountedDelete, change
from .conflicts import StaleForm
from .editing import EditingConsumer, FormConsumer
from .groups import create_group
from .moments import short
from .recent import RecentFilter
from .submissions import say_saved, submission, token_of
from .undo import Values, log, offer, row_values
from .undo_row import ChangedSince, go_back, way_back

__all__ = [
    "ChangedSince", "CountedDelete", "EditingConsumer", "FormConsumer", "RecentFilter", "StaleForm", "StaleFormAdmin",
    "Values", "change", "create_group", "go_back", "log", "offer", "row_values", "say_saved", "short", "submission",
    "token_of", "way_back",
]  # fmt: skip
