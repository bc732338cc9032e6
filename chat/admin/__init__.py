"""The moderators' desk: rooms, who is in them, what is said, and the queue of what was reported."""

from .messages import MessageAdmin
from .people import MembershipAdmin
from .reports import ReportAdmin
from .rooms import RoomAdmin

__all__ = ["MembershipAdmin", "MessageAdmin", "ReportAdmin", "RoomAdmin"]
